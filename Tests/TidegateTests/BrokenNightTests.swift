import Foundation
import Testing

/// Nights in which something breaks: what the tool prints names the cause and the next command.
@Suite("broken nights")
struct BrokenNightTests {
    private static func rows(_ prefix: String, _ count: Int, at location: String) -> [StockRow] {
        (0..<count).map { StockRow(sku: "\(prefix)-\($0)", location: location, onHand: 20 + $0) }
    }

    private static let all = rows("A", 120, at: "WH-A") + rows("B", 60, at: "WH-B")

    /// A stage on which all of it is shown, and what `sync` then says of other bytes.
    private func night(
        _ text: String,
        status: Int32,
        _ body: (Stage, _ said: String) async throws -> Void
    ) async throws {
        try await Stage.with(StockRow.figures(Self.all).mapValues { _ in 0 }) { stage in
            try stage.configure(source: "contract: { rows_min: 10 }")
            try stage.snapshot(Self.all)
            _ = try stage.sync()
            try stage.scratch.write(text, to: "stock.csv")
            let ending = try stage.tidegate("sync")
            #expect(ending.status == status, "\(ending.output)\(ending.errors)")
            #expect(try await stage.levels() == StockRow.figures(Self.all))
            try await body(stage, ending.output + ending.errors)
        }
    }

    /// The run that is held, found as a person would: by the list of the runs.
    private func heldRun(_ stage: Stage) throws -> String {
        let runs = try stage.tidegate("runs", "--json").objects
        return try #require(runs.first { $0["state"] as? String == "held" }?["run"] as? String)
    }

    @Test("a location is missing: the run says which, and how to approve or reject it")
    func missingLocation() async throws {
        try await night(StockRow.csv(Self.rows("A", 120, at: "WH-A")), status: 3) { stage, said in
            #expect(said.contains("60 of 60 positions at WH-B are missing"), "\(said)")
            let run = try heldRun(stage)
            #expect(said.contains("tidegate approve \(run)"), "\(said)")
            let exceptions = try stage.tidegate("exceptions").output
            #expect(exceptions.contains("stock_absent") && exceptions.contains("WH-B"), "\(exceptions)")
            let held = try stage.tidegate("runs", "show", run, "--held").output
            #expect(held.contains("B-0") && held.contains("gone"), "\(held)")
            #expect(try stage.tidegate("approve", run, "--reason", "closed").status == 0)
            #expect(try await stage.levels()["B-0"] == 0)
        }
    }

    @Test("a unit is renamed: one exception names it, and what to configure")
    func renamedUnit() async throws {
        let text = StockRow.csv(Self.all).replacing(",EA,", with: ",Each,")
        try await night(text, status: 4) { stage, _ in
            let exceptions = try stage.tidegate("exceptions", "--code", "stock_unit_unknown").output
            #expect(exceptions.contains("Each") && exceptions.contains("units"), "\(exceptions)")
            let configured = try String(contentsOfFile: stage.scratch.path("tidegate.yaml"), encoding: .utf8)
            let units = "units: [{ erp: Each, per_base: 1, oro: item }, { erp: EA,"
            try stage.scratch.write(
                configured.replacing("units: [{ erp: EA,", with: units),
                to: "tidegate.yaml"
            )
            #expect(try stage.sync().levels.written == 0)
            #expect(try stage.tidegate("exceptions").output.contains("No exception"))
        }
    }

    @Test("half a file arrives: what is missing is held, and the next whole file ends it")
    func halfFile() async throws {
        let text = StockRow.csv(Array(Self.all.prefix(90)))
        try await night(text, status: 3) { stage, said in
            #expect(said.contains("are missing") && said.contains("WH-A") && said.contains("WH-B"), "\(said)")
            var whole = Self.all
            whole[0].onHand += 1
            try stage.snapshot(whole)
            #expect(try stage.sync().state == "done")
            #expect(try await stage.levels() == StockRow.figures(whole))
            #expect(try stage.tidegate("exceptions").output.contains("No exception"))
        }
    }

    @Test("a file that is cut inside a row is refused, and the exit status and the runs say so")
    func cutFile() async throws {
        try await night(String(StockRow.csv(Self.all).dropLast(3)), status: 65) { stage, said in
            #expect(said.contains("ends_inside_row") && said.contains("ends inside a row"), "\(said)")
            let runs = try stage.tidegate("runs").output
            #expect(runs.contains("rejected"), "\(runs)")
        }
    }

    @Test("an old file comes once more: it is held, and the run says why")
    func replayedFile() async throws {
        try await Stage.with(StockRow.figures(Self.all).mapValues { _ in 0 }) { stage in
            try stage.configure(source: "contract: { rows_min: 10 }")
            try stage.snapshot(Self.all)
            _ = try stage.sync()
            var later = Self.all
            later[0].onHand -= 15
            try stage.snapshot(later)
            _ = try stage.sync()
            try stage.snapshot(Self.all)
            let ending = try stage.tidegate("sync")
            #expect(ending.status == 3 && ending.output.contains("accepted before"), "\(ending.output)")
            #expect(try await stage.levels()["A-0"] == 5)
            let run = try heldRun(stage)
            #expect(try stage.tidegate("runs", "show", run).output.contains("runs show \(run) --held"))
            #expect(try stage.tidegate("reject", run).status == 0)
            try stage.snapshot(later)
            #expect(try stage.sync().state == "done")
        }
    }

    @Test("a rule edit starves a key account: what would fall to 0 is held, and approving shows it")
    func starvedAccount() async throws {
        let rows = Self.rows("A", 60, at: "WH-A") + Self.rows("B", 60, at: "VIP-1")
        try await Stage.with(StockRow.figures(rows).mapValues { _ in 0 }) { stage in
            func sites(_ vip: String) -> String {
                "sites: { main: { locations: [\"WH-*\", \"\(vip)\"] } }"
            }
            try stage.configure(source: "contract: { rows_min: 10 }", more: sites("VIP-*"))
            try stage.snapshot(rows)
            #expect(try stage.sync().levels.written == 120)
            try stage.configure(source: "contract: { rows_min: 10 }", more: sites("VPI-*"))
            let ending = try stage.tidegate("sync")
            #expect(ending.status == 3, "\(ending.output)\(ending.errors)")
            #expect(ending.output.contains("would newly show 0"), "\(ending.output)")
            #expect(try await stage.levels() == StockRow.figures(rows))
            let exceptions = try stage.tidegate("exceptions").output
            #expect(exceptions.contains("figures_held") && exceptions.contains("VIP-1"), "\(exceptions)")
            let run = try heldRun(stage)
            let held = try stage.tidegate("runs", "show", run, "--held").output
            #expect(held.contains("B-0") && held.contains("wanted"), "\(held)")
            try stage.configure(source: "contract: { rows_min: 10 }", more: sites("VIP-*"))
            #expect(try stage.sync().state == "done")
            #expect(try await stage.levels() == StockRow.figures(rows))
        }
    }
}
