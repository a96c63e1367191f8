import InventoryCore
import SnapshotFormats
import TestSupport
import Testing

@testable import DeltaEngine

@Suite("What is counted of rejected rows")
struct RejectedCountTests {
    private static let text = """
        sku,quantity,note
        A,1,
        A,n/a,
        ,1,
        B\u{0},1,
        sku,quantity,note
        C,n/a,"two
        lines"
        "D,1,
        E,1,
        F",1,x
        G,1
        H,9223372036854,
        H,9223372036854,
        I,1,
        """

    private func check(_ summary: DiffSummary, _ rejected: [RejectedRow]) {
        #expect(summary.rows == 11)
        #expect(summary.rejected == 9)
        #expect(summary.rejectedListed == 9 && rejected.count == 9)
        // The row of D takes three lines, the one of C two.
        #expect(summary.rejectedLines == 12)
        #expect(summary.keylessRows == 4)
        #expect(summary.repeatedHeaders == 1)
        #expect(summary.endsInsideLine)
        #expect(summary.mapping?.columns.map(\.name) == ["sku", "quantity"])
        #expect(rejected.compactMap(\.key?.sku.text).sorted() == ["A", "C", "H", "H"])
        #expect(rejected.filter { $0.reason == .tooLarge }.map(\.key?.sku) == ["H", "H"])
    }

    @Test("by a first snapshot and by a diff, of files and streams")
    func counts() throws {
        let folder = TemporaryFolder()
        let bytes = Array(Self.text.utf8)
        for source in [TemporaryFile(bytes), SnapshotText(Self.text)] as [any ByteSource] {
            var rejected: [RejectedRow] = []
            let first = try ObservedBaseline.build(
                from: source,
                format: SnapshotFormat(),
                path: "\(folder.path)/b",
                generation: 1
            ) { rejected.append($0) }
            check(first.summary, rejected)
            rejected = []
            let next: any ByteSource =
                source.plainFile == nil ? SnapshotText(Self.text) : TemporaryFile(bytes)
            var options = DiffOptions()
            options.looksForIdentical = false
            let diff = try first.baseline.diff(next, format: SnapshotFormat(), options: options) {
                rejected.append($0)
            }
            check(diff.summary, rejected)
        }
    }

    @Test("the first of the snapshot are listed, whichever worker reads them")
    func listed() throws {
        var text = "sku,quantity\n"
        for row in 0..<200_000 { text += "SKU-\(row),\(row % 10 == 0 ? "n/a" : "1")\n" }
        let folder = TemporaryFolder()
        for workers in [1, 3] {
            var options = DiffOptions()
            options.rejectedMax = 15_000
            options.scan.workers = workers
            var rejected: [RejectedRow] = []
            let built = try ObservedBaseline.built(from: SnapshotText("sku,quantity\nA,1\n"), in: folder)
            let file = TemporaryFile(Array(text.utf8))
            let diff = try built.baseline.diff(file, format: SnapshotFormat(), options: options) {
                rejected.append($0)
            }
            #expect(diff.summary.rejected == 20_000)
            #expect(diff.summary.rejectedListed == 15_000)
            #expect(rejected.map(\.line) == (0..<15_000).map { $0 * 10 + 2 })
            #expect(!diff.summary.endsInsideLine)
        }
        #expect(DiffOptions().rejectedMax >= 100_000)
    }

    @Test("nothing of an identical file")
    func identical() throws {
        let folder = TemporaryFolder()
        let bytes = Array(Self.text.utf8)
        let first = try ObservedBaseline.built(from: TemporaryFile(bytes), in: folder).baseline
        let diff = try first.diff(TemporaryFile(bytes), format: SnapshotFormat()) { _ in }
        #expect(diff.summary.isIdentical && diff.summary.mapping == nil && diff.summary.rejected == 0)
    }
}
