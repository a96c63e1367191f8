import InventoryCore
import StateStore
import TestSupport
import Testing

@testable import TidegatePipeline

/// How much is in doubt is counted by what changes: that must be what counting all of it gives.
@Suite("How much is in doubt, delivery by delivery")
struct CountedDoubtsTests {
    private static let guards = "{ removal_snapshots: 3, rejected_rows_percent_max: 100 }"

    /// Rows of a location, some left out, unreadable or far from the last ones.
    private static func rows(_ random: inout SplitMix64) -> String {
        var rows = ["sku,location,unit,on_hand"]
        let isEmptied = random.chance(25)
        for number in 1...12 {
            for location in ["WH-1", "WH-2"] where random.below(12) > 0 {
                let quantity = isEmptied && location == "WH-1" ? 0 : random.below(30) - 3
                rows.append("AB-\(number),\(location),EA,\(random.chance(8) ? "n/a" : "\(quantity)")")
            }
        }
        return rows.joined(separator: "\n") + "\n"
    }

    @Test("the certificate says what counting everything says", arguments: 0..<UInt64(6))
    func courses(seed: UInt64) async throws {
        try await ShopStage.run(guards: Self.guards) { stage in
            var random = SplitMix64(state: seed)
            var known = 0
            for step in 0..<14 {
                try stage.write(text: Self.rows(&random))
                let summary = try await stage.sync().summaries[0]
                let shop = stage.shop
                let bytes = try shop.copies.archive.certificate(of: summary.run)
                let said = try #require(bytes.flatMap(CertifiedDoubts.init(certificate:)))
                let planning = try Planning(shop: shop, oro: stage.oro, at: .now)
                let all = try await planning.doubtTotals(of: try await shop.stock(), after: [])
                let place: Comment = "seed \(seed), delivery \(step)"
                #expect(said.skus == all.skus && said.neverClear == all.neverClear, place)
                #expect(said.width == all.width.description, place)
                let kept = try await shop.state.knownDoubts()
                let totals = kept.totals(of: "\(planning.text.version.text) main")
                #expect(totals == all, place)
                if !kept.book.isEmpty { known += 1 }
                guard random.chance(30), summary.state == .held else { continue }
                let approval = Approval(shop: shop, oro: stage.oro)
                _ = try? await approval.approve(summary.run.text)
            }
            #expect(known > 6)
        }
    }
}
