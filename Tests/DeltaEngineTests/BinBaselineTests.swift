import InventoryCore
import SnapshotFormats
import TestSupport
import Testing

@testable import DeltaEngine

@Suite("Baselines with bins")
struct BinBaselineTests {
    private static var format: SnapshotFormat {
        var format = SnapshotFormat()
        format.columns.bin = ColumnRule(anyOf: ["bin"])
        return format
    }

    private static let before = "sku,location,bin,unit,on_hand\nA,W,A1,EA,60\nA,W,\"B,2\",EA,40\nA,W,,EA,1\n"
    private static let after = "sku,location,bin,unit,on_hand\nA,W,\"B,2\",EA,39\nA,W,,EA,1\nA,W,C3,EA,5\n"

    private func lines(_ lines: DeltaLines, of diff: SnapshotDiff) throws -> [String] {
        var (lines, bytes) = (lines, [UInt8]())
        try lines.write(diff) { bytes += $0 }
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    @Test("lines of deltas name the bin: JSON where there is one, CSV in a column if it is wanted")
    func lines() throws {
        let folder = TemporaryFolder()
        let baseline = try ObservedBaseline.built(
            from: SnapshotText(Self.before),
            in: folder,
            format: Self.format
        ).baseline
        let diff = try baseline.diff(SnapshotText(Self.after), format: Self.format) { _ in }
        let json = try lines(DeltaLines(.json), of: diff)
        let head = #"{"sku":"A","location":"W","unit":"EA","#
        #expect(
            json == [
                head + #""bin":"B,2","kind":"changed","before":"40","after":"39"}"#,
                head + #""bin":"C3","kind":"added","before":null,"after":"5"}"#,
                head + #""bin":"A1","kind":"removed","before":"60","after":null}"#,
            ]
        )
        let csv = try lines(DeltaLines(.csv, namesBins: true), of: diff)
        #expect(
            csv == [
                "sku,location,unit,bin,kind,before,after", "A,W,EA,\"B,2\",changed,40,39",
                "A,W,EA,C3,added,,5",
                "A,W,EA,A1,removed,60,",
            ]
        )
        #expect(try lines(DeltaLines(.csv), of: diff).first == "sku,location,unit,kind,before,after")
    }

    @Test("a baseline of more bins than tails have numbers keeps each of them, in one location")
    func manySerials() throws {
        let folder = TemporaryFolder()
        let count = KeyTails.countMax + 1000
        let rows = (0..<count).map { "SKU-\($0 / 50),W,S-\($0),EA,1\n" }.joined()
        let baseline = try ObservedBaseline.built(
            from: SnapshotText("sku,location,bin,unit,on_hand\n" + rows),
            in: folder,
            format: Self.format
        ).baseline
        #expect(baseline.count == count)
        #expect(baseline.locationTotals.totals.keys.map(\.text) == ["W"])
        #expect(baseline.locationTotals["W"].positions == count)
        let last = SKU("SKU-\((count - 1) / 50)")
        let found = try baseline.view.positions(of: ["SKU-0", last])
        #expect(found["SKU-0"]?.map(\.key.bin).sorted() == (0..<50).map { Bin("S-\($0)") }.sorted())
        #expect(found[last]?.contains { $0.key.bin == Bin("S-\(count - 1)") } == true)
        try baseline.fold()
        let key = PositionKey(sku: last, location: "W", unit: "EA", bin: Bin("S-\(count - 1)"))
        #expect(try baseline.view.net(key) == Quantity(units: 1))
        #expect(try baseline.view.net(PositionKey(sku: last, location: "W", unit: "EA")) == nil)
    }
}
