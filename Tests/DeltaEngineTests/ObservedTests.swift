import DeltaEngine
import Foundation
import InventoryCore
import SnapshotFormats
import TestSupport
import Testing

@Suite("An observed snapshot")
struct ObservedTests {
    private let folder = TemporaryFolder()
    private static let rows = "sku,location,on_hand\nA,LEEDS,1\nB,LEEDS,2\nC,YORK,3\n"
    private static let changedRows = "sku,location,on_hand\nA,LEEDS,5\nC,YORK,4\nD,YORK,7\n"

    private var path: String { "\(folder.path)/b" }

    private func files() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    }

    private func observe(
        _ text: String,
        by baseline: ObservedBaseline,
        isFirstCompared: Bool = false
    ) throws -> Observed {
        try baseline.observe(
            SnapshotText(text),
            format: SnapshotFormat(),
            isFirstCompared: isFirstCompared,
            rejected: { _ in }
        )
    }

    private func built() throws -> ObservedBaseline {
        try ObservedBaseline.built(from: SnapshotText(Self.rows), in: folder).baseline
    }

    /// Why an observed snapshot is not accepted.
    private func refusal(
        of observed: consuming Observed,
        by baseline: ObservedBaseline,
        generation: UInt64
    ) throws -> Fault.Code? {
        do {
            try baseline.accept(observed, generation: generation)
            return nil
        } catch let fault as Fault {
            return fault.code
        }
    }

    @Test("that is the first and is dropped leaves the folder and the baseline as they were")
    func droppedFirst() throws {
        let baseline = try ObservedBaseline.empty(path: path, generation: 0)
        let before = TemporaryFolder.read(path)
        do {
            let observed = try observe(Self.rows, by: baseline)
            let (isFirst, summary, view) = (observed.isFirst, observed.summary, observed.view)
            let (deltas, generation) = (try observed.deltas(), observed.generation)
            #expect(isFirst && deltas.isEmpty && generation == 0)
            #expect(summary.rows == 3 && summary.counts.added == 3)
            #expect(view.count == 3 && view.generation == 1)
            #expect(try files() == ["b", "b.first"])
        }
        #expect(try files() == ["b"])
        #expect(TemporaryFolder.read(path) == before)
        #expect(baseline.count == 0 && baseline.generation == 0)
    }

    @Test("that is the first and is accepted takes the place of the empty baseline")
    func acceptedFirst() throws {
        let baseline = try ObservedBaseline.empty(path: path, generation: 0)
        let empty = baseline.view
        let observed = try observe(Self.rows, by: baseline)
        let planned = observed.view
        try baseline.accept(observed, generation: 1)
        #expect(try files() == ["b"])
        #expect(baseline.count == 3 && baseline.generation == 1)
        #expect(empty.count == 0 && empty.generation == 0)
        #expect(try Model(planned) == Model(baseline.view))
        #expect(try Model(ObservedBaseline.open(path: path, generation: 1).view) == Model(planned))
        // It goes on with the new file.
        let next = try observe(Self.changedRows, by: baseline)
        let deltas = try next.deltas()
        #expect(deltas.map(\.kind) == [.changed, .changed, .added, .removed])
        try baseline.accept(next, generation: 2)
        #expect(try ObservedBaseline.open(path: path, generation: 2).count == 3)
    }

    @Test("that is the first and is accepted as another generation than the next is refused, and gone")
    func wrongGeneration() throws {
        let baseline = try ObservedBaseline.empty(path: path, generation: 0)
        let observed = try observe(Self.rows, by: baseline)
        #expect(try refusal(of: observed, by: baseline, generation: 5) == .baselineStale)
        #expect(try files() == ["b"])
        #expect(baseline.count == 0)
    }

    @Test("that is the first and is to be compared has deltas, and no file of its own")
    func comparedFirst() throws {
        let baseline = try ObservedBaseline.empty(path: path, generation: 0)
        let observed = try observe(Self.rows, by: baseline, isFirstCompared: true)
        let (isFirst, deltas, view) = (observed.isFirst, try observed.deltas(), observed.view)
        #expect(!isFirst && deltas.map(\.kind) == [.added, .added, .added])
        #expect(view.count == 0)
        #expect(try files() == ["b"])
        try baseline.accept(observed, generation: 1)
        #expect(baseline.count == 3)
    }

    @Test("that is the first and breaks off leaves nothing behind")
    func brokenFirst() throws {
        let baseline = try ObservedBaseline.empty(path: path, generation: 0)
        #expect(throws: Fault.self) {
            _ = try baseline.observe(BrokenSource(), format: SnapshotFormat(), rejected: { _ in })
        }
        #expect(try files() == ["b"])
    }

    @Test("that a killed process has left is cleared away when an empty baseline is made again")
    func leftover() throws {
        TemporaryFolder.write([1, 2, 3], to: path + ".first")
        _ = try ObservedBaseline.empty(path: path, generation: 0)
        #expect(try files() == ["b"])
    }

    @Test("that is dropped leaves the file as it was, and is observed again with the same deltas")
    func dropped() throws {
        let baseline = try built()
        let before = TemporaryFolder.read(path)
        var seen: [[Delta]] = []
        for _ in 0..<2 {
            let observed = try observe(Self.changedRows, by: baseline)
            seen.append(try observed.deltas())
        }
        #expect(seen[0] == seen[1] && seen[0].count == 4)
        #expect(TemporaryFolder.read(path) == before)
        #expect(baseline.generation == 1)
    }

    @Test("that is accepted with some deltas held has exactly those again the next time")
    func held() throws {
        let baseline = try built()
        let observed = try observe(Self.changedRows, by: baseline)
        var asked: [Delta] = []
        let all = try observed.deltas()
        try baseline.accept(observed, generation: 2) { delta in
            asked.append(delta)
            return delta.kind == .removed || delta.key.sku == "A"
        }
        #expect(asked == all)
        let again = try observe(Self.changedRows, by: baseline)
        let (isIdentical, left) = (again.summary.isIdentical, try again.deltas())
        #expect(!isIdentical && left == all.filter { $0.kind == .removed || $0.key.sku == "A" })
    }

    @Test("that starts from an older generation, or from another file, is refused as stale")
    func stale() throws {
        let baseline = try built()
        let first = try observe(Self.changedRows, by: baseline)
        let second = try observe(Self.changedRows, by: baseline)
        let generation = first.generation
        #expect(generation == 1)
        try baseline.accept(first, generation: 2)
        #expect(try refusal(of: second, by: baseline, generation: 3) == .baselineStale)
        let third = try observe(Self.rows, by: baseline)
        // The generation stays the same; the numbers of the rows do not.
        try baseline.fold()
        #expect(try refusal(of: third, by: baseline, generation: 3) == .baselineStale)
        #expect(baseline.generation == 2)
    }
}

/// Some rows, and then a failure.
private final class BrokenSource: ByteSource {
    private var hasBegun = false

    func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        guard !hasBegun else {
            throw Fault(.badInput, code: .endsInsideRow, message: "It breaks off.", hint: "Send it again.")
        }
        hasBegun = true
        let bytes = Array("sku,location,on_hand\nA,LEEDS,1\n".utf8)
        buffer.copyBytes(from: bytes)
        return bytes.count
    }

    var plainFile: PlainFile? { nil }
}
