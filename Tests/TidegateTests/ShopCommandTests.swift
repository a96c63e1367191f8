import Foundation
import Testing

/// A state folder and the shop that it belongs to, seen from the command line.
@Suite struct ShopCommandTests {
    private static let rows = (1...8).map { StockRow(sku: "S-\($0)", location: "WH", onHand: $0) }

    @Test("another shop is refused with 78 until it is adopted, with a reason that is kept")
    func adopt() async throws {
        let names = Dictionary(uniqueKeysWithValues: Self.rows.map { ($0.sku, 0) })
        try await Stage.with(names) { stage in
            try stage.configure()
            try stage.snapshot(Self.rows)
            _ = try stage.sync()
            let shown = try stage.tidegate("shop", "show", "--json")
            #expect(shown.objects.first?["stale_names"] as? Int == 0, "\(shown.output)")
            #expect(shown.objects.first?["levels"] as? Int == 8)
            try await Stage.with(["OTHER": 0].merging(names) { $1 }) { other in
                let text = try String(contentsOfFile: stage.scratch.path("tidegate.yaml"), encoding: .utf8)
                try stage.scratch.write(text.replacing(stage.url, with: other.url), to: "tidegate.yaml")
                for command in ["sync", "push", "audit"] {
                    let refused = try stage.tidegate(command)
                    #expect(refused.status == 78, "\(command): \(refused.errors)")
                    #expect(refused.errors.contains("other_shop"), "\(command): \(refused.errors)")
                    #expect(refused.errors.contains("tidegate shop adopt"))
                }
                #expect(try await other.ledger().isEmpty)
                #expect(try stage.tidegate("shop", "adopt", "--reason", " ").status == 64)
                let adopted = try stage.tidegate("shop", "adopt", "--reason", "moved")
                #expect(adopted.status == 0, "\(adopted.errors)")
                #expect(try stage.tidegate("shop").output.contains("moved"))
                _ = try stage.sync()
                let levels = try await other.levels()
                for row in Self.rows { #expect(levels[row.sku] == row.onHand) }
            }
        }
    }
}
