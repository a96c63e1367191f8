import Foundation
import Testing

/// `history` and `movements`, as their users run them.
@Suite("The commands `history` and `movements`")
struct HistoryCommandTests {
    private static func rows(_ change: [String: Int] = [:]) -> [StockRow] {
        (1...30).map { number in
            StockRow(sku: "A-\(number)", location: "WH-1", onHand: change["A-\(number)"] ?? 10 + number)
        }
    }

    private static func with(_ body: (Stage) async throws -> Void) async throws {
        try await Stage.with(StockRow.figures(rows()).mapValues { _ in 0 }) { stage in
            try stage.configure(source: "contract: { rows_min: 1 }")
            try stage.snapshot(rows())
            _ = try stage.sync()
            try stage.snapshot(rows(["A-1": 20, "A-2": 12]))
            _ = try stage.sync()
            try await body(stage)
        }
    }

    @Test("`history` tells each change with its cause and its run, for people and for machines")
    func history() async throws {
        try await Self.with { stage in
            let text = try stage.tidegate("history", "A-1")
            #expect(text.status == 0 && text.output.contains("erp"), "\(text.errors)")
            let objects = try stage.tidegate("history", "A-1", "--json", "--lines").objects
            let figures = objects.filter { $0["what"] as? String == "figure" }
            #expect(figures.map { $0["before"] as? String } == ["0", "11"])
            #expect(figures.map { $0["quantity"] as? String } == ["11", "20"])
            #expect(figures.map { $0["cause"] as? String } == ["erp", "erp"])
            #expect(figures.map { $0["lines"] as? [Int] } == [[2], [2]])
            let stocks = objects.filter { $0["what"] as? String == "stock" }
            #expect(stocks.count == 2)
            let stocked = try stage.tidegate("history", "A-1", "--stock").output
            #expect(stocked.contains("20 at main"))
            let later = try stage.tidegate("history", "A-1", "--from", "2099-01-01", "--json")
            #expect(later.status == 0 && later.output == "")
            let unknown = try stage.tidegate("history", "ZZ-9")
            #expect(unknown.status == 66 && unknown.errors.contains("unknown_sku"))
            #expect(try stage.tidegate("history", "A-1", "--to", "yesterday").status == 64)
        }
    }

    @Test("`movements` balances, as table, CSV and NDJSON, and the certificates agree with it")
    func movements() async throws {
        try await Self.with { stage in
            let (from, to) = ("--from=2020-01-01", "--to=2099-01-01")
            let table = try stage.tidegate("movements", from, to)
            #expect(table.status == 0 && table.output.contains("main"), "\(table.errors)")
            let objects = try stage.tidegate("movements", "--json", from, to).objects
            #expect(objects.count == 30)
            let first = try #require(objects.first { $0["sku"] as? String == "A-1" })
            #expect(first["opening"] as? String == "0" && first["erp"] as? String == "20")
            #expect(first["closing"] as? String == "20" && first["orders"] as? String == "0")
            let csv = try stage.tidegate("movements", "--csv", "--sku", "A-1", from, to).output
            #expect(csv.hasPrefix("sku,site,opening,begun,erp,"))
            #expect(csv.contains("\r\nA-1,main,0,0,20,0,0,0,0,0,0,20,0,0,20,0\r\n"))
            let check = try stage.tidegate("movements", "--check")
            #expect(check.status == 0 && check.output.hasPrefix("2 certificates agree"), "\(check.output)")
            let backwards = try stage.tidegate("movements", "--from", "2026-02-01", "--to", "2026-01-01")
            #expect(backwards.status == 64 && backwards.errors.contains("bad_period"))
            #expect(try stage.tidegate("movements").status == 64)
        }
    }
}
