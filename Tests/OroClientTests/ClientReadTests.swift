import InventoryCore
import Testing

@testable import OroClient

@Suite("Batches and questions against a server that answers as scripted")
struct ClientReadTests {
    @Test("a batch goes as one request, in the mode asked for")
    func batch() async throws {
        try await ScriptedShop.client(answering: { _ in
            .reply(202, [Answers.jsonAPI], Answers.operation("7", "new"))
        }) { client, shop in
            #expect(await client.submit([.of("1", 5), .of("2", 6)], synchronous: false) == .accepted("7"))
            #expect(await client.submit([.of("1", 5)], synchronous: true) == .accepted("7"))
            #expect(await client.submit([], synchronous: true) == .records([]))
            #expect(shop.apiRequests.map { $0.headers["x-mode"] } == [nil, "sync"])
            #expect(shop.apiRequests.first?.path == "/admin/api/inventorylevels")
        }
    }

    @Test("all pages of an operation's errors are read, and then each record has its answer")
    func errorPages() async throws {
        @Sendable func fault(_ index: Int) -> String {
            #"{"type":"asyncoperationerrors","id":"7-1-\#(index)","attributes":{"status":400,"#
                + #""title":"form constraint","detail":"…","source":"#
                + #"{"pointer":"\/data\/\#(index)\/attributes\/quantity"}}}"#
        }
        let writes = (0..<250).map { LevelWrite.of(LevelID("\($0 + 1)"), 5) }
        try await ScriptedShop.client(answering: { request in
            if request.path.contains("/errors?") {
                let page = request.path.hasSuffix("=1") ? 0 : request.path.hasSuffix("=2") ? 100 : 200
                let faults = (page..<min(page + 100, 230)).map(fault).joined(separator: ",")
                return .reply(200, [Answers.jsonAPI], #"{"data":[\#(faults)]}"#)
            }
            let summary = Answers.summary(read: 250, write: 20, errors: 230)
            return .reply(200, [Answers.jsonAPI], Answers.operation("7", "success", summary: summary))
        }) { client, shop in
            guard case .finished(let records) = await client.poll("7", writes: writes) else {
                Issue.record("not finished")
                return
            }
            #expect(records.count == 250)
            #expect(
                records.prefix(230).allSatisfy { $0 == .refused(.invalidValue, detail: "form constraint: …") }
            )
            #expect(records.suffix(20).allSatisfy { $0 == .applied })
            #expect(shop.apiRequests.count == 4)
        }
    }

    @Test("levels missing from a read-back are asked for again before they count as gone")
    func readBack() async throws {
        try await ScriptedShop.client(answering: { request in
            // A shop whose pages hold one row at most.
            let ids = request.path.split(separator: "=")[1].prefix { $0 != "&" }.split(separator: ",")
            let known = ids.filter { $0 != "3" }.min() ?? ""
            let row =
                known.isEmpty
                ? "" : #"{"type":"inventorylevels","id":"\#(known)","attributes":{"quantity":"\#(known).5"}}"#
            return .reply(200, [Answers.jsonAPI], #"{"data":[\#(row)]}"#)
        }) { client, shop in
            guard case .levels(let levels) = await client.readBack(["1", "2", "3"]) else {
                Issue.record("no levels")
                return
            }
            #expect(levels.mapValues { $0.description } == ["1": "1.5", "2": "2.5"])
            #expect(shop.apiRequests.count == 3)
        }
    }

    @Test("an index whose page ends before it began is refused")
    func standingStill() async throws {
        try await ScriptedShop.client(answering: { _ in
            .reply(200, [Answers.jsonAPI], WireTests.page)
        }) { client, _ in
            let first = try await client.levelIndex(after: nil)
            #expect(first.last == "10")
            await #expect(throws: Fault.self) { try await client.levelIndex(after: first.last) }
        }
    }

    @Test("only levels of the SKUs asked for are given, and SKUs that cannot be asked for are left out")
    func resolve() async throws {
        try await ScriptedShop.client(answering: { _ in
            .reply(200, [Answers.jsonAPI], WireTests.page)
        }) { client, shop in
            let levels = try await client.resolve(["0RT28", "A,B", "Ä 1", "0RT28"]).levels
            #expect(levels.map(\.id) == ["1", "9"])
            #expect(try await client.resolve(["other"]).levels.isEmpty)
            #expect(try await client.resolve(["A,B"]).levels.isEmpty)
            #expect(shop.apiRequests.count == 2)
            #expect(
                shop.apiRequests.first?.path.contains("filter%5Bproduct.sku%5D=0RT28,%C3%84%201&") == true
            )
        }
    }

    @Test("a cancelled write is unknown if it was sent")
    func cancelled() async throws {
        let asked = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingOldest(1))
        try await ScriptedShop.client(answering: { _ in
            asked.continuation.yield()
            return .silence
        }) { client, _ in
            await withTaskGroup(of: WriteAnswer.self) { group in
                group.addTask { await client.write(.of("1", 5)) }
                for await _ in asked.stream { break }
                group.cancelAll()
                for await answer in group {
                    guard case .record(.lost) = answer else {
                        Issue.record("\(answer)")
                        return
                    }
                }
            }
        }
    }
}
