import Foundation
import Testing

/// `runs replay` and `runs show --rejected`, as their user runs them.
@Suite("The command `runs replay`")
struct ReplayCommandTests {
    private static let stock = (1...20).map { StockRow(sku: "A-\($0)", location: "WH-1", onHand: 10 + $0) }

    private static func changed() -> [StockRow] {
        stock.map { row in
            var row = row
            if row.sku == "A-3" { row.onHand = 2 }
            if row.sku == "A-4" { row.onHand = 40 }
            return row
        }
    }

    @Test("prints byte for byte what `plan` said before the run, and the bytes that its digest covers")
    func sameBytes() async throws {
        try await Stage.with(StockRow.figures(Self.stock).mapValues { _ in 0 }) { stage in
            try stage.configure(source: "contract: { rows_min: 1 }")
            try stage.snapshot(Self.stock)
            _ = try stage.sync()
            try stage.snapshot(Self.changed())
            let planned = try stage.tidegate("plan", "--json")
            let summary = try stage.sync()
            try stage.snapshot(Self.stock)
            _ = try stage.sync()
            let replayed = try stage.tidegate("runs", "replay", summary.run, "--json")
            #expect(replayed.status == 0 && replayed.output == planned.output, "\(replayed.errors)")
            #expect(replayed.objects.map { $0["sku"] as? String } == ["A-3", "A-4"])
            #expect(replayed.objects.map { $0["wave"] as? String } == ["decrease", "increase"])
            let shown = try stage.tidegate("runs", "show", summary.run, "--json").objects
            let digest = try #require(shown.first?["plan"] as? String)
            let bytes = try stage.tidegate("runs", "replay", summary.run, "--bytes")
            try stage.scratch.write(bytes.output, to: "plan.bytes")
            let sum = try Program(path: "/usr/bin/sha256sum")
                .run([stage.scratch.path("plan.bytes")], in: stage.scratch)
            #expect(sum.output.hasPrefix(digest), "\(sum.errors)")
            let proof = try #require(
                try stage.tidegate("runs", "replay", summary.run, "--summary").objects.first
            )
            #expect(proof["plan"] as? String == digest && proof["certificate"] as? String == "same")
            #expect(proof["snapshot"] as? String == "accepted" && proof["rules_kept"] as? Bool == true)
            let text = try stage.tidegate("runs", "replay", summary.run)
            #expect(text.output.contains(digest) && text.output.contains("names this plan"))
            #expect(text.output.contains("A-3") && text.status == 0)
        }
    }

    @Test("of a run that only followed rules tells so, and the next delivery is compared with the one before")
    func rulesRun() async throws {
        try await Stage.with(StockRow.figures(Self.stock).mapValues { _ in 0 }) { stage in
            let full = "scope: full, contract: { rows_min: 1 }, after: delete"
            try stage.configureFolder(full)
            try stage.scratch.write(StockRow.csv(Self.stock), to: "drop/1.csv")
            _ = try stage.sync()
            let safety = "safety_stock: [{ match: { sku: A-3 }, quantity: 1 }]"
            try stage.configureFolder(full, more: safety)
            let run = try stage.sync().run
            let proof = try #require(try stage.tidegate("runs", "replay", run, "--summary").objects.first)
            #expect(proof["snapshot"] as? String == "none" && proof["writes"] as? Int == 1)
            let wish = try stage.tidegate("runs", "replay", run, "--json").objects
            #expect(wish.map { $0["before"] as? String } == ["13"])
            #expect(wish.map { $0["after"] as? String } == ["12"])
            let columns = "columns: { sku: sku, location: { constant: WH-2 }, unit: unit, on_hand: on_hand }"
            try stage.configureFolder("\(full), \(columns)", more: safety)
            try stage.scratch.write(StockRow.csv(Self.changed()), to: "drop/2.csv")
            #expect(try stage.tidegate("sync").status == 3)
            let held = try stage.tidegate("runs", "--limit", "1", "--json").output
            #expect(held.contains("The last delivery had a column for committed"), "\(held)")
        }
    }

    @Test("refuses what it does not know with a code, a place and a first step")
    func unknown() async throws {
        try await Stage.with(["A-1": 0]) { stage in
            try stage.configure(source: "contract: { rows_min: 1 }")
            try stage.snapshot([StockRow(sku: "A-1", location: "WH-1", onHand: 3)])
            let run = try stage.sync().run
            let unknown = try stage.tidegate("runs", "replay", "1999")
            #expect(unknown.status == 66 && unknown.errors.contains("unknown_run"), "\(unknown.errors)")
            let several = try stage.tidegate("runs", "replay", run, "--json", "--bytes")
            #expect(several.status == 64)
            let other = try stage.tidegate("runs", "replay", run, "--plan", "2")
            #expect(other.status == 64 && other.errors.contains("unknown_plan"), "\(other.errors)")
            try FileManager.default.removeItem(atPath: stage.scratch.path("state/archive/\(run).plans"))
            let gone = try stage.tidegate("runs", "replay", run)
            #expect(gone.status == 66 && gone.errors.contains("plan_missing"), "\(gone.errors)")
        }
    }

    @Test("`runs show --rejected` tells the key and the lines of a row, also of one that takes several")
    func rejectedRows() async throws {
        try await Stage.with(StockRow.figures(Self.stock).mapValues { _ in 0 }) { stage in
            try stage.configure(source: "contract: { rows_min: 1 }")
            let text = StockRow.csv(Self.stock)
                .replacing("A-7,WH-1,EA,17,0", with: "A-7,WH-1,EA,\"n/\n\na\",0")
            try stage.scratch.write(text, to: "stock.csv")
            let ending = try stage.tidegate("sync", "--json")
            let run = try #require(ending.objects.first?["run"] as? String, "\(ending.errors)")
            let shown = try stage.tidegate("runs", "show", run, "--rejected", "--json")
            let row = try #require(shown.objects.first, "\(shown.errors)")
            #expect(row["sku"] as? String == "A-7" && row["location"] as? String == "WH-1")
            #expect(row["unit"] as? String == "EA" && row["line"] as? Int == 8 && row["lines"] as? Int == 3)
            let table = try stage.tidegate("runs", "show", run, "--rejected").output
            #expect(table.contains("A-7") && table.contains("WH-1"))
        }
    }
}
