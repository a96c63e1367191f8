import InventoryCore
import ShopSupport
import Testing

@testable import OroClient

@Suite("The client against a shop, a real one where the environment names it", .serialized)
struct ShopTests {
    @Test("what single writes set is what the shop shows")
    func singleWrites() async throws {
        try await ShopUnderTest.run { shop in
            let (client, levels) = (shop.client, shop.levels)
            for (number, level) in levels.prefix(5).enumerated() {
                let write = LevelWrite.of(level.id, Int64(number + 1))
                #expect(await client.write(write) == .record(.applied))
                guard case .levels(let shown) = await client.readBack([level.id]) else {
                    Issue.record("no read-back")
                    return
                }
                #expect(shown == [level.id: write.quantity])
            }
        }
    }

    @Test("a batch writes its good records and names its bad ones")
    func batch() async throws {
        try await ShopUnderTest.run { shop in
            let (client, levels) = (shop.client, shop.levels)
            var writes = levels.enumerated().map { LevelWrite.of($1.id, Int64($0 + 1)) }
            writes.append(LevelWrite(level: "0", quantity: .zero))
            let answer = await client.submit(writes, synchronous: false)
            if case .unsupported = answer { return }
            guard case .accepted(let operation) = answer,
                case .finished(let records) = try await shop.settle(operation, writes)
            else {
                Issue.record("the batch did not end: \(answer)")
                return
            }
            guard case .refused(.levelGone, _) = records.last else {
                Issue.record("the last record is \(String(describing: records.last))")
                return
            }
            #expect(records.dropLast().allSatisfy { $0 == .applied })
            guard case .levels(let shown) = await client.readBack(levels.map(\.id)) else {
                Issue.record("no read-back")
                return
            }
            for write in writes.dropLast() { #expect(shown[write.level] == write.quantity) }
        }
    }

    @Test("a level is found by its SKU, and one that does not exist is gone")
    func finds() async throws {
        try await ShopUnderTest.run { shop in
            let (client, levels) = (shop.client, shop.levels)
            let level = try #require(levels.first)
            let found = try await client.resolve([level.key.sku]).levels
            #expect(found.contains { $0.id == level.id && $0.key == level.key })
            #expect(try await client.named([level.id, "0"]).levels.map(\.key) == [level.key])
            let answer = await client.write(LevelWrite(level: "0", quantity: .zero))
            guard case .record(.refused(.levelGone, _)) = answer else {
                Issue.record("\(answer)")
                return
            }
        }
    }

    @Test("quantities alone, page by page, agree with the index")
    func quantities() async throws {
        try await ShopUnderTest.run { shop in
            let (client, levels) = (shop.client, shop.levels)
            var shown: [LevelID: Quantity] = [:]
            var after: LevelID?
            while true {
                let page = try await client.quantities(after: after)
                for (id, quantity) in page.quantities { shown[id] = quantity }
                guard !page.isLast, let last = page.last else { break }
                after = last
            }
            for level in levels { #expect(shown[level.id] == level.quantity) }
        }
    }

    @Test("an examination finds the shop usable and changes nothing")
    func examination() async throws {
        try await ShopUnderTest.run { shop in
            let (client, levels) = (shop.client, shop.levels)
            let report = await client.examine()
            #expect(report.isUsable, "\(report.findings)")
            guard case .levels(let shown) = await client.readBack(levels.map(\.id)) else {
                Issue.record("no read-back")
                return
            }
            for level in levels { #expect(shown[level.id] == level.quantity) }
        }
    }
}
