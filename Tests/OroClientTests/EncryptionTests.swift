import InventoryCore
import Testing

@testable import HTTPTransport
@testable import OroClient

@Suite("Encrypted connections")
struct EncryptionTests {
    @Test("with the authority's certificate in the named file, several writes at once are applied")
    func trusted() async throws {
        try await TestCertificate.withFile { file in
            try await ScriptedShop.client(
                options: { $0.caFile = file },
                tls: TestCertificate.serverContext(),
                answering: { request in
                    let id = String(request.path.split(separator: "/").last ?? "")
                    return .reply(200, [Answers.jsonAPI], Answers.level(id, "5"))
                }
            ) { client, shop in
                let answers = await withTaskGroup(of: WriteAnswer.self) { group in
                    for number in 1...20 {
                        group.addTask { await client.write(.of(LevelID(String(number)), 5)) }
                    }
                    return await group.reduce(into: []) { $0.append($1) }
                }
                #expect(answers == Array(repeating: .record(.applied), count: 20))
                #expect(shop.apiRequests.count == 20)
            }
        }
    }

    @Test("an untrusted certificate is told as such, and the message names the setting")
    func untrusted() async throws {
        try await ScriptedShop.client(
            tls: TestCertificate.serverContext(),
            answering: { _ in .cut }
        ) { client, shop in
            guard case .trouble(.encryption(let cause), _) = await client.write(.of("1", 5)) else {
                Issue.record("not told as a matter of encryption")
                return
            }
            #expect(cause == TransportFailure.untrusted(section: "oro"))
            #expect(cause.contains("oro.ca_file"))
            #expect(shop.requests.isEmpty)
        }
    }

    @Test("plain HTTP behind an https address is told as such, and not as a shop that is down")
    func plainText() async throws {
        try await ScriptedShop.client(
            options: { $0.url = $0.url.replacing("http://", with: "https://") },
            answering: { _ in .cut }
        ) { client, _ in
            guard case .trouble(.encryption(let cause), _) = await client.write(.of("1", 5)) else {
                Issue.record("not told as a matter of encryption")
                return
            }
            #expect(cause.contains("TLS"))
            let fault = Fault(.encryption(cause))
            #expect(fault.code == .shopEncryption && fault.kind == .badConfiguration)
            #expect(!fault.description.contains("API"))
        }
    }
}
