import Foundation
import InventoryCore
import StateStore
import Testing

@testable import TidegatePipeline

/// Rules that change while the stock stays the same.
@Suite("Runs after a change of rules", .serialized)
struct RuleChangeRunTests {
    private static func gold(_ rules: String, publish: String = "{ warehouse: Gold }") -> String {
        """
        fences:
          gold:
            customer_group: Gold
            rank: 1
            publish: \(publish)
            rules: [\(rules)]
        """
    }

    private static let everyone = "{ hold: floor, quantity: 40 }"

    private static var stock: [String: Int] {
        Dictionary(uniqueKeysWithValues: FencedShop.skus.map { ($0, 100) })
    }

    @Test("a changed rule works out only the SKUs it concerns and writes only what differs (I10)")
    func concernedOnly() async throws {
        try await FencedShop.withRunning(seed: 1) { place in
            try place.write(stock: Self.stock)
            let first = try await place.sync(fences: Self.gold(Self.everyone))
            #expect(first.counts.wanted == 12)
            let narrow = "{ match: { sku: AB-2 }, hold: floor, quantity: 50 }, \(Self.everyone)"
            let second = try await place.sync(fences: Self.gold(narrow))
            #expect(second.counts.wanted == 2 && second.counts.written == 2)
            #expect(place.shown("AB-2") == ["Everyone": "50", "Gold": "50", "Silver": "0"])
            #expect(place.shown("AB-1") == ["Everyone": "60", "Gold": "40", "Silver": "0"])
            let same = "{ match: { sku: AB-3 }, hold: floor, quantity: 40 }, \(narrow)"
            let third = try await place.sync(fences: Self.gold(same))
            #expect(third.counts.wanted == 0 && third.counts.written == 0)
            let settings = try place.settings(fences: Self.gold(same))
            let shop = try await Shop.openForReading(settings)
            let shown = try await ShownRun("\(second.run)", in: shop)
            let certificate = String(decoding: try shown.statedCertificate(), as: UTF8.self)
            let version = try #require(shown.record.rulesVersion)
            #expect(certificate.contains("\"rules\":\"\(version)\"") && certificate.contains("\"skus\":1,"))
            #expect(try await shop.state.ruleText(version)?.version.text == version)
            let story = try await Explanation(of: "AB-2", group: nil, in: shop)
            #expect(story.lines.contains { $0.contains("receipt") && $0.contains(version.prefix(12)) })
            try shop.close()
        }
    }

    @Test("a fence that ends gives its stock back in the next run, even if the snapshot is the same")
    func validity() async throws {
        try await FencedShop.withRunning(seed: 2) { place in
            try place.write(stock: ["AB-1": 100, "AB-2": 100])
            let until = Timestamp.now.adding(seconds: 2)
            let rule = """
                { match: { sku: AB-1 }, hold: floor, quantity: 40, valid: { until: "\(until)" } }
                """
            _ = try await place.sync(fences: Self.gold(rule))
            #expect(place.shown("AB-1") == ["Everyone": "60", "Gold": "40", "Silver": "0"])
            while Timestamp.now < until { await Task.yield() }
            let after = try await place.sync(fences: Self.gold(rule))
            #expect(after.counts.wanted == 2 && after.counts.written == 2)
            #expect(place.shown("AB-1") == ["Everyone": "100", "Gold": "0", "Silver": "0"])
        }
    }

    @Test("levels of a fence that ends are set to zero even if this state folder never wrote them")
    func forgottenOfAnotherFolder() async throws {
        try await FencedShop.withRunning(seed: 3) { place in
            try place.write(stock: ["AB-1": 100])
            _ = try await place.sync(fences: Self.gold(Self.everyone))
            try FileManager.default.removeItem(at: place.folder.appending(path: "state"))
            let again = try await place.sync(fences: Self.gold(Self.everyone))
            #expect(again.counts.written == 0)
            _ = try await place.sync(fences: "")
            #expect(place.shown("AB-1") == ["Everyone": "100", "Gold": "0", "Silver": "0"])
        }
    }
}
