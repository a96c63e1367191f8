import Foundation
import Testing

/// What commands say and how they end where something is refused, or only a part of it decided.
@Suite("refusals on the command line")
struct RefusalCommandTests {
    @Test("a manifest that cannot be understood: the JSON says failed, of no run of before")
    func badManifest() async throws {
        try await Stage.with(["M-1": 0]) { stage in
            try stage.configureFolder("scope: full, contract: { rows_min: 1 }")
            try stage.scratch.write("sku,location,unit,on_hand\nM-1,WH-1,EA,4\n", to: "drop/a.csv")
            #expect(try stage.tidegate("sync").status == 0)
            try stage.scratch.write("sku,location,unit,on_hand\nM-1,WH-1,EA,5\n", to: "drop/b.csv")
            try stage.scratch.write("{", to: "drop/b.csv.manifest.json")
            let ending = try stage.tidegate("sync", "--json")
            #expect(ending.status == 65)
            let object = try #require(ending.objects.first)
            #expect(object["state"] as? String == "failed" && object["run"] as? String == nil)
            #expect((object["error"] as? [String: Any])?["code"] as? String == "bad_manifest")
            let listed = try stage.tidegate("exceptions")
            #expect(listed.output.contains("delivery_refused") && listed.output.contains("b.csv"))
        }
    }

    @Test("a part of what is held, rejected: the rest is said to wait, and the exit status says so, too")
    func partlyRejected() async throws {
        let rows = (0..<20).map { StockRow(sku: "A-\($0)", location: "WH-1", onHand: 20 + $0) }
        try await Stage.with(StockRow.figures(rows).mapValues { _ in 0 }) { stage in
            try stage.configure(source: "contract: { rows_min: 10 }")
            try stage.snapshot(rows)
            _ = try stage.sync()
            try stage.snapshot(Array(rows.prefix(10)))
            let held = try stage.tidegate("sync", "--json")
            let run = try #require(held.objects.first?["run"] as? String)
            #expect(held.status == 3, "\(held.errors)")
            let part = try stage.tidegate("reject", run, "--sku", "A-15")
            #expect(part.status == 3 && part.output.contains("the rest waits"), "\(part.errors)")
            let rest = try stage.tidegate("reject", run)
            #expect(rest.status == 0 && rest.output == "\(run) discarded\n")
        }
    }

    @Test("a source that is not there: the hint names those that are, and no option that the command lacks")
    func unknownSource() throws {
        let stage = try Stage()
        try stage.configure()
        let ending = try stage.tidegate("sources", "reset", "nope", "--reason", "x")
        #expect(ending.status == 64 && ending.errors.contains("main") && !ending.errors.contains("--source"))
    }
}
