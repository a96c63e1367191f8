import InventoryCore
import Synchronization
import Testing

@testable import OroClient

@Suite("The client against a server that answers as scripted")
struct ClientTests {
    @Test("a write carries token, media type and body, and is not chunked")
    func oneWrite() async throws {
        try await ScriptedShop.client(answering: { _ in
            .reply(200, [Answers.jsonAPI], Answers.level("41", "17"))
        }) { client, shop in
            #expect(await client.write(.of("41", 17)) == .record(.applied))
            #expect(await client.write(.of("41", 17)) == .record(.applied))
            let token = try #require(shop.requests.first)
            #expect(token.method == "POST")
            #expect(token.headers["content-type"] == "application/json")
            #expect(
                token.body
                    == #"{"grant_type":"client_credentials","client_id":"CLIENT-ID","#
                    + #""client_secret":"CLIENT-SECRET"}"#
            )
            #expect(shop.requests.count == 3)
            let write = try #require(shop.apiRequests.first)
            #expect(write.method == "PATCH")
            #expect(write.path == "/admin/api/inventorylevels/41")
            #expect(write.headers["authorization"] == "Bearer TOKEN-1")
            #expect(write.headers["content-type"] == "application/vnd.api+json")
            #expect(write.headers["accept"] == "application/vnd.api+json")
            #expect(write.headers["transfer-encoding"] == nil)
            #expect(client.requestsSent == 3)
        }
    }

    @Test("a 401 is followed by a new token, once")
    func expiredToken() async throws {
        let seen = Mutex(0)
        try await ScriptedShop.client(answering: { request in
            let count = seen.withLock { seen in
                seen += 1
                return seen
            }
            return count == 1
                ? .reply(401, [Answers.jsonAPI], "") : .reply(200, [Answers.jsonAPI], Answers.level("1", "5"))
        }) { client, shop in
            #expect(await client.write(.of("1", 5)) == .record(.applied))
            #expect(shop.requests.map(\.path).filter { $0 == "/oauth2-token" }.count == 2)
        }
        try await ScriptedShop.client(answering: { _ in
            .reply(401, [Answers.jsonAPI], "")
        }) { client, shop in
            guard case .trouble(.credentials, _) = await client.write(.of("1", 5)) else {
                Issue.record("not the credentials")
                return
            }
            #expect(shop.apiRequests.count == 2)
        }
    }

    @Test("a connection cut before or inside the answer, or silence, leaves the write unknown")
    func cuts() async throws {
        let whole = Answers.level("1", "5")
        for action in [ScriptedShop.Action.cut, .cutInBody(200, [Answers.jsonAPI], whole), .silence] {
            try await ScriptedShop.client(
                options: { $0.timeouts.writeSeconds = 0.2 },
                answering: { _ in
                    action
                }
            ) { client, shop in
                guard case .record(.lost) = await client.write(.of("1", 5)) else {
                    Issue.record("\(action)")
                    return
                }
                #expect(shop.apiRequests.count == 1)
            }
        }
    }

    @Test("a port where nobody listens is an outage")
    func refusedConnection() async throws {
        let port = try await ScriptedShop.withRunning { _ in
            .cut
        } _: { shop in
            shop.port
        }
        let options = OroOptions.loopback("http://127.0.0.1:\(port)")
        try await OroClient.withRunning(options: options, logger: quiet) { client in
            guard case .trouble(.outage, _) = await client.write(.of("1", 5)),
                case .trouble(.outage, _) = await client.submit([.of("1", 5)], synchronous: false),
                case .trouble(.outage) = await client.readBack(["1"])
            else {
                Issue.record("not an outage")
                return
            }
        }
    }

    @Test("a proxy that does not answer is an outage")
    func deadProxy() async throws {
        let whole = Answers.level("1", "5")
        let gone = try await ScriptedShop.withRunning { _ in
            .cut
        } _: { shop in
            shop.url
        }
        try await ScriptedShop.client(
            options: { $0.proxy = gone },
            answering: { _ in
                .reply(200, [Answers.jsonAPI], whole)
            }
        ) { client, _ in
            guard case .trouble(.outage, _) = await client.write(.of("1", 5)) else {
                Issue.record("not an outage")
                return
            }
        }
    }

    @Test("an answer longer than allowed leaves the write unknown")
    func tooLong() async throws {
        let long = String(repeating: " ", count: 10_000)
        try await ScriptedShop.client(
            options: { $0.responseBytesMax = 5000 },
            answering: { _ in
                .reply(200, [Answers.jsonAPI], long)
            }
        ) { client, _ in
            guard case .record(.lost) = await client.write(.of("1", 5)) else {
                Issue.record("believed")
                return
            }
            await #expect(throws: Fault.self) { try await client.levelIndex(after: nil) }
        }
    }

    @Test("redirects are not followed")
    func redirect() async throws {
        try await ScriptedShop.client(answering: { _ in
            .reply(302, [("Location", "/notinstalled.html")], "")
        }) { client, shop in
            guard case .trouble(.outage, _) = await client.write(.of("1", 5)) else {
                Issue.record("not an outage")
                return
            }
            #expect(shop.apiRequests.count == 1)
        }
    }

    @Test("an unexplained 404 is a level that is gone, or the web API switched off")
    func unexplained404() async throws {
        try await ScriptedShop.client(answering: { _ in
            .reply(404, [Answers.jsonAPI], Answers.webAPIOff)
        }) { client, _ in
            guard case .trouble(.configuration, _) = await client.write(.of("1", 5)),
                case .trouble(.configuration) = await client.poll("1", writes: [.of("1", 5)])
            else {
                Issue.record("not the configuration")
                return
            }
        }
        try await ScriptedShop.client(answering: { request in
            request.path.contains("?")
                ? .reply(200, [Answers.jsonAPI], #"{"data":[]}"#)
                : .reply(404, [Answers.jsonAPI], Answers.webAPIOff)
        }) { client, _ in
            #expect(await client.write(.of("1", 5)) == .record(WriteRules.gone))
            #expect(await client.poll("1", writes: [.of("1", 5)]) == .gone)
        }
    }

    @Test("many writes at once cause one token request")
    func oneToken() async throws {
        try await ScriptedShop.client(answering: { _ in
            .reply(200, [Answers.jsonAPI], Answers.level("1", "5"))
        }) { client, shop in
            await withTaskGroup(of: WriteAnswer.self) { group in
                for _ in 0..<40 { group.addTask { await client.write(.of("1", 5)) } }
                for await answer in group { #expect(answer == .record(.applied)) }
            }
            #expect(shop.requests.count == 41)
        }
    }
}
