import Foundation
import Testing

/// Files that arrive late, twice, several at once or from the future, seen from the shop's side.
@Suite("arrivals end to end")
struct ArrivalTests {
    private static let timed =
        "columns: { sku: sku, location: location, unit: unit, on_hand: on_hand, as_of: as_of }"
    private static let full = "scope: full, contract: { rows_min: 1 }"

    private static func csv(_ stock: [(String, Int)], at time: String? = nil) -> String {
        let head = "sku,location,unit,on_hand" + (time == nil ? "" : ",as_of") + "\n"
        return head + stock.map { "\($0),WH-1,EA,\($1)" + (time.map { ",\($0)" } ?? "") + "\n" }.joined()
    }

    private static func touch(_ stage: Stage, _ name: String) throws {
        let path = stage.scratch.path(name)
        try FileManager.default.setAttributes([.modificationDate: Date()], ofItemAtPath: path)
    }

    private static func age(_ stage: Stage, _ name: String, by seconds: Double) throws {
        let path = stage.scratch.path(name)
        let date = Date(timeIntervalSinceNow: -seconds)
        try FileManager.default.setAttributes([.modificationDate: date], ofItemAtPath: path)
    }

    @Test("three delta files between two runs all count", arguments: [true, false])
    func threeDeltaFiles(atOnce: Bool) async throws {
        try await Stage.with(["D-1": 10, "D-2": 10, "D-3": 10]) { stage in
            try stage.configureFolder("pattern: 'delta-*.csv', scope: partial")
            let start = Self.csv([("D-1", 10), ("D-2", 10), ("D-3", 10)])
            try stage.scratch.write(start, to: "drop/delta-0700.csv")
            #expect(try stage.tidegate("sync").status == 0)
            for (time, sku, stock) in [("0710", "D-1", 2), ("0715", "D-2", 3), ("0720", "D-3", 8)] {
                try stage.scratch.write(Self.csv([(sku, stock)]), to: "drop/delta-\(time).csv")
                if !atOnce { #expect(try stage.tidegate("sync").status == 0) }
            }
            let ending = try stage.tidegate("sync", "--json")
            #expect(ending.status == 0, "\(ending.errors)")
            #expect(ending.objects.count == (atOnce ? 3 : 1))
            #expect(try await stage.levels() == ["D-1": 2, "D-2": 3, "D-3": 8])
        }
    }

    @Test("an older file that is touched last changes nothing, with and without times in its rows")
    func olderFileTouchedLast() async throws {
        for isTimed in [false, true] {
            try await Stage.with(["O-1": 0, "O-2": 0]) { stage in
                try stage.configureFolder(Self.full + (isTimed ? ", " + Self.timed : ""))
                let days = [("27", 9), ("28", 2)]
                for (day, stock) in days {
                    let time = isTimed ? "2026-10-\(day)T05:00:00Z" : nil
                    let name = "drop/stock-202610\(day).csv"
                    try stage.scratch.write(Self.csv([("O-1", stock), ("O-2", 9)], at: time), to: name)
                    #expect(try stage.tidegate("sync").status == 0)
                }
                try Self.touch(stage, "drop/stock-20261027.csv")
                #expect(try stage.tidegate("sync").status == 0)
                #expect(try await stage.levels()["O-1"] == 2)
                guard isTimed else { return }
                // The same old rows under another name.
                let old = Self.csv([("O-1", 9), ("O-2", 9)], at: "2026-10-27T05:00:00Z")
                try stage.scratch.write(old, to: "drop/stock-again.csv")
                let ending = try stage.tidegate("sync")
                #expect(ending.status == 65 && ending.errors.contains("[stale]"), "\(ending.errors)")
                #expect(try await stage.levels()["O-1"] == 2)
            }
        }
    }

    @Test("a manifest of the year 2062 is refused, and the next day is taken")
    func manifestInTheFuture() async throws {
        try await Stage.with(["F-01": 0]) { stage in
            try stage.configure(source: "contract: { rows_min: 1 }")
            for (day, stock, status) in [
                ("2026-10-27", 11, 0), ("2062-10-28", 12, 65), ("2026-10-29", 10, 0),
            ] {
                try stage.scratch.write(Self.csv([("F-01", stock)]), to: "stock.csv")
                let manifest = #"{"asOf": "\#(day)T06:00:00Z", "scope": "full"}"#
                try stage.scratch.write(manifest, to: "stock.csv.manifest.json")
                let ending = try stage.tidegate("sync")
                #expect(ending.status == Int32(status), "\(ending.errors)")
                if status != 0 { #expect(ending.errors.contains("[as_of_in_future]"), "\(ending.errors)") }
            }
            #expect(try await stage.levels()["F-01"] == 10)
            let status = try #require(try stage.tidegate("status", "--json").objects.first)
            #expect(status["as_of"] as? String == "2026-10-29T06:00:00Z")
        }
    }

    @Test("one row of the year 2062 does not make the days after it stale")
    func rowInTheFuture() async throws {
        try await Stage.with(["F-01": 0, "F-05": 0]) { stage in
            try stage.configure(source: "contract: { rows_min: 1 }\n  " + Self.timed)
            for (day, stock, other) in [("27", 11, "2026"), ("28", 12, "2062"), ("29", 10, "2026")] {
                let text =
                    Self.csv([("F-01", stock)], at: "2026-10-\(day)T06:00:00Z")
                    + "F-05,WH-1,EA,\(stock + 4),\(other)-10-20T08:00:00Z\n"
                try stage.scratch.write(text, to: "stock.csv")
                #expect(try stage.tidegate("sync").status == 0)
            }
            #expect(try await stage.levels() == ["F-01": 10, "F-05": 14])
        }
    }

    @Test("sources shows what arrived and who took a mark back")
    func sources() async throws {
        try await Stage.with(["A": 0]) { stage in
            try stage.configureFolder("scope: partial, fresh_for: 1h")
            try stage.scratch.write(Self.csv([("A", 4)]), to: "drop/a.csv")
            try stage.scratch.write(#"{"sequence": 90}"#, to: "drop/a.csv.manifest.json")
            try Self.age(stage, "drop/a.csv", by: 7300)
            #expect(try stage.tidegate("sync").status == 4)
            try stage.scratch.write("nothing\n", to: "drop/b.csv")
            #expect(try stage.tidegate("sync").status == 65)
            var source = try #require(try stage.tidegate("sources", "--json").objects.first)
            #expect(source["source"] as? String == "main" && source["newest"] as? String == "a.csv")
            #expect(source["silent"] as? Bool == true && source["fresh_for_seconds"] as? Int == 3600)
            #expect((source["mark"] as? [String: Any])?["sequence"] as? Int == 90)
            let counts = try #require(source["deliveries"] as? [String: Int])
            #expect(counts["taken"] == 1 && counts["rejected"] == 1)
            let deliveries = try stage.tidegate("sources", "deliveries", "main", "--json").objects
            #expect(deliveries.map { $0["outcome"] as? String } == ["rejected", "taken"])
            #expect(try stage.tidegate("status").output.contains("silent"))
            #expect(try stage.tidegate("check", "--offline").output.contains("fresh_for"))

            #expect(try stage.tidegate("sources", "reset", "main").status == 64)
            #expect(try stage.tidegate("sources", "reset", "main", "--reason", "new counter").status == 0)
            source = try #require(try stage.tidegate("sources", "--json").objects.first)
            #expect((source["reset"] as? [String: Any])?["reason"] as? String == "new counter")
            #expect(try stage.tidegate("sources").output.contains("new counter"))
        }
    }

    @Test("a source that is taken out of the configuration is told as long as it has stock in the state")
    func removedSource() async throws {
        try await Stage.with(["A": 0]) { stage in
            try stage.configure()
            try stage.snapshot([StockRow(sku: "A", location: "WH-A", onHand: 3)])
            _ = try stage.sync()
            let path = stage.scratch.url.appending(path: "tidegate.yaml")
            let text = try String(contentsOf: path, encoding: .utf8)
            let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
            let end = try #require(lines.firstIndex { $0.hasPrefix("units:") })
            let renamed = ["sources:", "  erp:"] + lines[1..<end].map { "  " + $0 } + lines[end...]
            try stage.scratch.write(renamed.joined(separator: "\n"), to: "tidegate.yaml")
            let listed = try stage.tidegate("sources", "--json").objects
            #expect(listed.map { $0["source"] as? String } == ["erp", "main"])
            #expect(listed.map { $0["configured"] as? Bool } == [true, false])
            #expect(listed.last?["positions"] as? Int == 1)
            let check = try stage.tidegate("check", "--offline")
            #expect(check.output.contains("main is not configured any more"), "\(check.output)")
        }
    }

    @Test("given a source of uploads before the first one, check finds it in order")
    func checkBeforeTheFirstUpload() async throws {
        try await Stage.with(["SKU-1": 0]) { stage in
            try stage.configureFolder("scope: full")
            let path = stage.scratch.path("tidegate.yaml")
            let text = try String(contentsOfFile: path, encoding: .utf8)
            let folder = try #require(text.split(separator: "\n").first { $0.contains("kind: folder") })
            try text.replacing(folder, with: "source: { kind: upload, scope: full }")
                .write(toFile: path, atomically: true, encoding: .utf8)
            let check = try stage.tidegate("check", "--offline")
            #expect(check.status == 0 && check.output.contains("no delivery waits"), "\(check.errors)")
        }
    }
}
