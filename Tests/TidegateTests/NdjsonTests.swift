import Foundation
import Testing

/// The same stock as CSV and as NDJSON, through the whole program.
@Suite("NDJSON snapshots")
struct NdjsonTests {
    private static func ndjson(_ rows: [StockRow]) -> String {
        rows.map { row in
            "{\"sku\":\"\(row.sku)\",\"location\":\"\(row.location)\",\"unit\":\"EA\","
                + "\"on_hand\":\(row.onHand),\"committed\":\(row.committed)}\n"
        }.joined()
    }

    private static func stocks() -> (old: [StockRow], new: [StockRow]) {
        var random = SplitMix64(seed: 77)
        let old = StockRow.stock(skus: 300, locations: ["WH-A", "WH-B"], random: &random)
        var new = old
        StockRow.change(&new, every: 20, random: &random)
        new.removeFirst(3)
        return (old, new)
    }

    @Test("NDJSON rows are read, diffed and kept as a baseline like the same rows in CSV")
    func sameAsTable() throws {
        let scratch = try Scratch()
        let (old, new) = Self.stocks()
        for (name, rows) in [("old", old), ("new", new)] {
            try scratch.write(StockRow.csv(rows), to: "\(name).csv")
            try scratch.write(Self.ndjson(rows), to: "\(name).ndjson")
            let shell = Program(path: "/bin/sh")
            for (packer, ending) in [("gzip -c", "gz"), ("zstd -qc", "zst")] {
                let plain = scratch.path("\(name).ndjson")
                let packed = scratch.path("\(name).jsonl.\(ending)")
                #expect(try shell.run(["-c", "\(packer) '\(plain)' > '\(packed)'"], in: scratch).status == 0)
            }
        }
        func run(_ arguments: String...) throws -> String {
            let ending = try Program.tidegate.run(arguments, in: scratch)
            #expect(ending.status == 0, "\(ending.errors)")
            return ending.output
        }
        let wanted = try run("diff", scratch.path("old.csv"), scratch.path("new.csv"))
        #expect(wanted.split(separator: "\n").count > 20)
        #expect(try run("read", scratch.path("old.ndjson")) == run("read", scratch.path("old.csv")))
        #expect(try run("diff", scratch.path("old.csv"), scratch.path("new.ndjson")) == wanted)
        for ending in ["ndjson", "jsonl.gz", "jsonl.zst"] {
            let baseline = scratch.path("baseline-\(ending)")
            _ = try run("baseline", "build", scratch.path("old.\(ending)"), "--output", baseline)
            #expect(
                try run("diff", baseline, scratch.path("new.\(ending)"), "--accept") == wanted,
                "\(ending)"
            )
            #expect(try run("diff", baseline, scratch.path("new.csv")).isEmpty)
        }
        try scratch.write(Self.ndjson(new), to: "new")
        let named = ["diff", scratch.path("old"), scratch.path("new"), "--input-format", "ndjson"]
        try scratch.write(Self.ndjson(old), to: "old")
        #expect(try Program.tidegate.run(named, in: scratch).output == wanted)
    }

    @Test("NDJSON with nested keys reaches the shop when the configuration names them")
    func sync() async throws {
        try await Stage.with(["A": 0, "B": 0]) { stage in
            try stage.scratch.write(
                """
                source:
                  kind: file
                  path: \(stage.scratch.path("stock.jsonl"))
                  format: ndjson
                  columns:
                    sku: item.id
                    location: { name: "wh[1]" }
                    unit: { constant: EA }
                    on_hand: { names: [free, stock.free] }
                  ndjson: { decimal: "," }
                units: [{ erp: EA, per_base: 1, oro: item }]
                oro: { url: "\(stage.url)", push: { settle: 2s, patience: 10s } }
                store: { path: \(stage.scratch.path("state")) }
                """,
                to: "tidegate.yaml"
            )
            try stage.scratch.write(
                """
                {"item":{"id":"A"},"wh":[7,"WH-A"],"stock":{"free":"12,0"}}
                {"item":{"id":"B"},"wh":[7,"WH-A"],"free":5}

                """,
                to: "stock.jsonl"
            )
            #expect(try stage.sync().levels.written == 2)
            #expect(try await stage.levels() == ["A": 12, "B": 5])
        }
    }

    @Test("a file that is no NDJSON is refused with a hint")
    func refusals() throws {
        let scratch = try Scratch()
        try scratch.write("sku,on_hand\nA,1\n", to: "table.ndjson")
        try scratch.write("[{\"sku\":\"A\",\"on_hand\":1}]", to: "array.ndjson")
        try scratch.write("{\"sku\":\"A\",\"on_hand\":1}\n{\"sku\":\"B\",\"on", to: "cut.ndjson")
        try scratch.write("{\"sku\":\"A\",\"on_hand\":1}\n{\"sku\":\"B\",\"on_hand\":1x}\n", to: "bad.ndjson")
        func read(_ arguments: String...) throws -> Program.Ending {
            try Program.tidegate.run(["read"] + arguments, in: scratch)
        }
        let table = try read(scratch.path("table.ndjson"))
        #expect(table.status == 65 && table.errors.contains("wrong_format"), "\(table.errors)")
        #expect(try read(scratch.path("array.ndjson")).errors.contains("jq"))
        let cut = try read(scratch.path("cut.ndjson"))
        #expect(cut.status == 65 && cut.errors.contains("cut.ndjson:2"), "\(cut.errors)")
        let bad = try read(scratch.path("bad.ndjson"))
        #expect(bad.status == 0 && bad.errors.contains("\"bad_json\""), "\(bad.errors)")
        #expect(bad.objects.count == 1)
        let option = try read(scratch.path("bad.ndjson"), "--delimiter", ";")
        #expect(option.status == 64, "\(option.errors)")
        #expect(try read(scratch.path("table.ndjson"), "--input-format", "csv").status == 0)
    }
}
