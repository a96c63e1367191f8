import Foundation
import Testing

/// What a guard holds stays held, whatever is touched, approved or rejected beside it.
@Suite("What is held")
struct HeldFigureTests {
    private static func rows(_ onHand: (Int) -> Int) -> [StockRow] {
        (0..<30).map { StockRow(sku: "A-\($0)", location: "WH-1", onHand: onHand($0)) }
    }

    private static let all = rows { _ in 10 }

    private static func configure(_ stage: Stage, site: String = "WH-*", source: String = "") throws {
        try stage.configure(
            source: source.isEmpty ? "contract: { rows_min: 1 }" : source,
            more: "sites: { main: { locations: [\"\(site)\"] } }"
        )
    }

    private static func heldRun(_ stage: Stage) throws -> String {
        let runs = try stage.tidegate("runs", "--json").objects
        return try #require(runs.first { $0["state"] as? String == "held" }?["run"] as? String)
    }

    @Test("figures that wait do not go out one by one as their SKUs are touched, nor after a rejection")
    func touched() async throws {
        try await Stage.with(StockRow.figures(Self.all).mapValues { _ in 0 }) { stage in
            try Self.configure(stage)
            try stage.snapshot(Self.all)
            _ = try stage.sync()
            try Self.configure(stage, site: "WX-*")
            for sold in 1...3 {
                try stage.snapshot(Self.rows { $0 < sold ? 9 : 10 })
                #expect(try stage.tidegate("sync").status == 3)
                #expect(try await stage.levels() == StockRow.figures(Self.all))
            }
            #expect(try stage.tidegate("reject", try Self.heldRun(stage), "--reason", "a typo").status == 0)
            let sold = Self.rows { $0 < 5 ? 8 : 10 }
            try stage.snapshot(sold)
            #expect(try stage.tidegate("sync").status == 3)
            #expect(try await stage.levels() == StockRow.figures(Self.all))
            #expect(try stage.tidegate("exceptions").output.contains("figures_held"))
            try Self.configure(stage)
            #expect(try stage.tidegate("sync").status == 0)
            #expect(try await stage.levels() == StockRow.figures(sold))
            #expect(try stage.tidegate("exceptions").output.contains("No exception"))
        }
    }

    @Test("a mapping that is put back ends what the other one has held, with the same bytes, rejected or not")
    func mappingPutBack() async throws {
        try await Stage.with(StockRow.figures(Self.all).mapValues { _ in 0 }) { stage in
            func configure(swapped: Bool) throws {
                let places = swapped ? "location: unit, unit: location" : "location: location, unit: unit"
                let columns = "columns: { sku: sku, \(places), on_hand: on_hand }"
                try Self.configure(stage, source: "contract: { rows_min: 1 }\n  \(columns)")
            }
            try configure(swapped: false)
            try stage.snapshot(Self.all)
            _ = try stage.sync()
            for isRejected in [false, true] {
                try configure(swapped: true)
                #expect(try stage.tidegate("sync").status == 3)
                if isRejected {
                    #expect(
                        try stage.tidegate("reject", try Self.heldRun(stage), "--reason", "a typo").status
                            == 0
                    )
                }
                try configure(swapped: false)
                #expect(try stage.tidegate("sync").status == 0)
                #expect(try stage.tidegate("exceptions").output.contains("No exception"))
                #expect(try await stage.levels() == StockRow.figures(Self.all))
            }
        }
    }

    @Test("a change of rules without a new delivery is guarded as well, and asked about once")
    func rulesAlone() async throws {
        func configure(_ stage: Stage, _ site: String) throws {
            try stage.configureFolder(
                "scope: full, contract: { rows_min: 1 }, after: delete",
                more: "sites: { main: { locations: [\"\(site)\"] } }"
            )
        }
        try await Stage.with(StockRow.figures(Self.all).mapValues { _ in 0 }) { stage in
            try configure(stage, "WH-*")
            try stage.scratch.write(StockRow.csv(Self.all), to: "drop/stock.csv")
            #expect(try stage.tidegate("sync").status == 0)
            try configure(stage, "WX-*")
            for _ in 0..<2 {
                #expect(try stage.tidegate("sync").status == 3)
                #expect(try await stage.levels() == StockRow.figures(Self.all))
            }
            #expect(try stage.tidegate("exceptions").output.contains("figures_held"))
            try configure(stage, "WH-*")
            #expect(try stage.tidegate("sync").status == 0)
            #expect(try stage.tidegate("exceptions").output.contains("No exception"))
            try configure(stage, "WX-*")
            #expect(try stage.tidegate("sync").status == 3)
            #expect(try stage.tidegate("approve", try Self.heldRun(stage)).status == 4)
            #expect(try await stage.levels().values.allSatisfy { $0 == 0 })
        }
    }

    @Test("an approval after a change of rules brings nothing that nobody was asked about")
    func rulesChanged() async throws {
        try await Stage.with(StockRow.figures(Self.all).mapValues { _ in 0 }) { stage in
            try Self.configure(stage)
            try stage.snapshot(Self.all)
            _ = try stage.sync()
            try stage.snapshot(Self.rows { $0 < 15 ? 0 : 9 })
            #expect(try stage.tidegate("sync").status == 3)
            let run = try Self.heldRun(stage)
            try Self.configure(stage, site: "WX-*")
            #expect(try stage.tidegate("approve", run).status == 65)
            #expect(try stage.tidegate("approve", run).status == 3)
            #expect(try await stage.levels() == StockRow.figures(Self.rows { $0 < 15 ? 0 : 9 }))
        }
    }

    @Test("a mapping that was rejected asks again, and the one of before is the usual one")
    func mapping() async throws {
        let before = StockRow.figures(Self.all)
        try await Stage.with(before.mapValues { _ in 0 }) { stage in
            try Self.configure(stage)
            try stage.snapshot(Self.all)
            _ = try stage.sync()
            let other = """
                contract: { rows_min: 1 }
                  columns: { sku: sku, location: { constant: WH-2 }, unit: unit, on_hand: on_hand }
                """
            try Self.configure(stage, source: other)
            try stage.snapshot(Self.rows { $0 == 0 ? 9 : 10 })
            #expect(try stage.tidegate("sync").status == 3)
            #expect(try stage.tidegate("reject", try Self.heldRun(stage)).status == 0)
            try stage.snapshot(Self.rows { $0 == 0 ? 8 : 10 })
            #expect(try stage.tidegate("sync").status == 3)
            let partly = try stage.tidegate("approve", try Self.heldRun(stage), "--sku", "A-1")
            #expect(partly.status == 64 && partly.errors.contains("decide_whole"), "\(partly.errors)")
            #expect(try await stage.levels() == before)
            try Self.configure(stage)
            #expect(try stage.tidegate("sync").status == 0)
            #expect(try await stage.levels() == StockRow.figures(Self.rows { $0 == 0 ? 8 : 10 }))
        }
    }
}
