import Foundation
import Testing

@Suite("Rules held against the shop and against each other")
struct RulesInUseTests {
    private static let gold = """
        fences:
          gold: { rank: 1, publish: withhold, rules: [{ hold: floor, quantity: 4 }] }
        """

    @Test("rules that name a warehouse fail the check with 78 when the shop has none")
    func warehouses() async throws {
        try await Stage.with(["A": 3]) { stage in
            try stage.snapshot([StockRow(sku: "A", location: "WH", onHand: 10)])
            try stage.configure(more: "sites: { main: { locations: [\"*\"], warehouse: Leeds } }")
            let ending = try stage.tidegate("check")
            #expect(ending.status == 78)
            #expect(ending.output.contains("site main is published in the warehouse Leeds"))
            #expect(!ending.errors.contains("internal_error"), "\(ending.errors)")
            try stage.configure(more: RulesInUseTests.gold)
            let mended = try stage.tidegate("check")
            #expect(mended.status == 0, "\(mended.output) \(mended.errors)")
        }
    }

    @Test("rules diff shows by pool and SKU what other rules would do, and changes nothing")
    func comparison() async throws {
        try await Stage.with(["A": 0, "B": 0]) { stage in
            try stage.snapshot([
                StockRow(sku: "A", location: "WH", onHand: 10), StockRow(sku: "B", location: "WH", onHand: 3),
            ])
            try stage.configure(more: RulesInUseTests.gold)
            _ = try stage.sync()
            try stage.scratch.write(RulesInUseTests.gold, to: "old.yaml")
            let more = RulesInUseTests.gold.replacing("quantity: 4", with: "quantity: 6")
            try stage.scratch.write(more, to: "new.yaml")
            let (old, new) = (stage.scratch.path("old.yaml"), stage.scratch.path("new.yaml"))
            let ending = try stage.tidegate("rules", "diff", old, new, "--json")
            #expect(ending.status == 0, "\(ending.errors)")
            let change = try #require(ending.objects.first)
            #expect(change["writes"] as? Int == 1)
            let pools = (change["pools"] as? [[String: Any]] ?? []).map { pool in
                ["pool", "before", "after"].map { "\(pool[$0] ?? "")" }.joined(separator: " ")
            }
            #expect(pools == ["gold 7 9", "shared 6 4"])
            #expect(try stage.tidegate("rules", "diff", old, old).output.contains("the same rules"))
            #expect(try stage.sync().levels.written == 0)
        }
    }
}
