import Foundation
import Testing

/// Input and configuration that a run refuses: the exit code, the sentence, and that nothing was taken.
@Suite("what cannot be read")
struct InputFailureTests {
    /// What a run says when it fails: one sentence of what and where, one of how to mend it.
    private static func expect(
        _ ending: Program.Ending,
        _ status: Int32,
        saying words: String...,
        at location: SourceLocation = #_sourceLocation
    ) {
        #expect(ending.status == status, "\(ending.errors)", sourceLocation: location)
        #expect(ending.output.isEmpty, sourceLocation: location)
        let lines = ending.errors.split(separator: "\n")
        #expect(lines.first?.hasPrefix("tidegate: ") == true, "\(ending.errors)", sourceLocation: location)
        #expect(lines.last?.hasPrefix("  To mend it: ") == true, "\(ending.errors)", sourceLocation: location)
        for word in words {
            #expect(ending.errors.contains(word), "\(ending.errors)", sourceLocation: location)
        }
    }

    /// Nothing of a refused snapshot may be accepted.
    private static func expectNothingTaken(_ stage: Stage) throws {
        let status = try stage.tidegate("status", "--json")
        let standing = try #require(status.objects.first, "\(status.errors)")
        #expect(standing["state"] as? String == "rejected")
        #expect(standing["positions"] as? Int == 0)
        #expect(standing["waiting"] as? Int == 0)
    }

    @Test("an empty file, a header alone and a file of zeros only are refused")
    func emptySnapshots() throws {
        let stage = try Stage()
        try stage.configure(source: "contract: { rows_min: 1 }")
        try stage.scratch.write("", to: "stock.csv")
        Self.expect(try stage.tidegate("sync"), 65, saying: "stock.csv", "empty")
        try stage.snapshot([])
        Self.expect(try stage.tidegate("sync"), 65, saying: "stock.csv", "no rows")
        try stage.snapshot((0..<30).map { StockRow(sku: "SKU-\($0)", location: "WH-A", onHand: 0) })
        Self.expect(try stage.tidegate("sync"), 65, saying: "zero")
        try Self.expectNothingTaken(stage)
    }

    @Test("a compressed snapshot that breaks off is refused", arguments: ["gzip", "zstd"])
    func truncated(packer: String) throws {
        let stage = try Stage()
        try stage.configure()
        var random = SplitMix64(seed: 1)
        try stage.snapshot(StockRow.stock(skus: 2000, random: &random))
        let plain = stage.scratch.path("stock.csv")
        let packed = stage.scratch.path("packed")
        let shell = Program(path: "/bin/sh")
        let command = "\(packer) -c < '\(plain)' > '\(packed)' && head -c 8000 '\(packed)' > '\(plain)'"
        #expect(try shell.run(["-c", command], in: stage.scratch).status == 0)
        Self.expect(try stage.tidegate("sync"), 65, saying: "stock.csv")
        try Self.expectNothingTaken(stage)
    }

    @Test("a wrong delimiter and a missing column are refused, with the setting to write")
    func wrongShape() throws {
        let stage = try Stage()
        try stage.configure()
        try stage.scratch.write("sku;location;unit;on_hand\nA;WH;EA;5\n", to: "stock.csv")
        Self.expect(try stage.tidegate("sync"), 65, saying: "stock.csv:1", "delimiter")
        try stage.scratch.write("sku,location,unit,amount\nA,WH,EA,5\n", to: "stock.csv")
        Self.expect(try stage.tidegate("sync"), 65, saying: "stock.csv:1", "on_hand")
        try Self.expectNothingTaken(stage)
    }

    @Test("a missing snapshot is 66")
    func missingSnapshot() throws {
        let stage = try Stage()
        try stage.configure()
        Self.expect(try stage.tidegate("sync"), 66, saying: "stock.csv")
        Self.expect(try stage.tidegate("read"), 66, saying: "stock.csv")
        #expect(try stage.tidegate("check", "--offline").status == 66)
    }

    @Test("an unknown key is named with its file and line")
    func unknownKey() throws {
        let stage = try Stage()
        try stage.configure(source: "colums: { sku: A }")
        Self.expect(try stage.tidegate("check"), 78, saying: "tidegate.yaml:6", "colums", "columns")
        Self.expect(try stage.tidegate("sync"), 78, saying: "tidegate.yaml:6", "colums")
    }

    @Test("without a configuration the message says where it was expected")
    func missingConfiguration() throws {
        let stage = try Stage()
        Self.expect(try stage.tidegate("sync"), 78, saying: "tidegate.yaml")
    }

    @Test("a state folder that cannot be written is 73")
    func unwritableState() throws {
        let stage = try Stage()
        // Root may write anywhere, but not below a file.
        try stage.configure(state: "stock.csv/state")
        try stage.snapshot([StockRow(sku: "A", location: "WH-A", onHand: 1)])
        Self.expect(try stage.tidegate("sync"), 73, saying: "stock.csv", "store.path")
    }

    @Test("an unknown flag and an unknown command are 64")
    func usage() throws {
        let scratch = try Scratch()
        for arguments in [["sync", "--frobnicate"], ["frobnicate"], ["explain"]] {
            let ending = try Program.tidegate.run(arguments, in: scratch)
            #expect(ending.status == 64, "\(ending.errors)")
            #expect(ending.errors.contains("Usage: tidegate"))
        }
    }

    @Test("`read` ends quietly when its reader closes the pipe")
    func closedPipe() throws {
        let scratch = try Scratch()
        var random = SplitMix64(seed: 2)
        let rows = StockRow.stock(skus: 20_000, random: &random)
        try scratch.write(StockRow.csv(rows), to: "stock.csv")
        let tidegate = try Program.tidegate.url.path()
        let pipe = "set -o pipefail; '\(tidegate)' read '\(scratch.path("stock.csv"))' | head -n 1"
        let ending = try Program(path: "/bin/bash").run(["-c", pipe], in: scratch)
        #expect(ending.status == 0)
        #expect(ending.errors.isEmpty)
        #expect(ending.objects.count == 1)
    }
}
