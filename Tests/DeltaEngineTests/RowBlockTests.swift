import InventoryCore
import SnapshotFormats
import TestSupport
import Testing

@testable import DeltaEngine

@Suite("Blocks of rows are recognised by their bytes")
struct RowBlockTests {
    @Test("and the diff is the same as if they were read", arguments: UInt64(0)..<40)
    func agrees(seed: UInt64) throws {
        var random = SplitMix64(state: seed)
        let folder = TemporaryFolder()
        var options = DiffOptions()
        options.duplicates = DuplicateRule.allCases[Int(seed % 3)]
        var export = DatedExport(rows: random.pick([100, 700, 3000]), using: &random)
        for _ in 0..<random.below(6) { export.change(using: &random) }
        var (baseline, _) = try ObservedBaseline.built(from: export.file, in: folder, options: options)
        var passed = 0
        for step in 0..<10 {
            export.change(using: &random)
            let (diff, deltas) = try diffs(of: export, baseline, options)
            passed += diff.passedRows
            try accept(diff, deltas, baseline, using: &random)
            if random.chance(10) { try baseline.fold() }
            if random.chance(25) {
                let after = try ObservedBaseline.open(path: baseline.path, generation: baseline.generation)
                for block in 0..<after.image.blocks.count {
                    #expect(after.marks[block] == baseline.marks[block], "step \(step)")
                }
                baseline = after
            }
        }
        // Where all rows of a key may have to be named, all are read.
        #expect(passed > 0 || export.rows.count < 200 || options.duplicates == .reject)
    }

    /// The diff and its deltas, when they are those of a diff that reads all rows.
    private func diffs(
        of export: DatedExport,
        _ baseline: ObservedBaseline,
        _ options: DiffOptions
    ) throws -> (SnapshotDiff, [Delta]) {
        var rejected: [[RejectedRow]] = [[], []]
        var slow = options
        slow.recognisesBlocks = false
        let twin = try baseline.diff(export.file, format: SnapshotFormat(), options: slow) {
            rejected[0].append($0)
        }
        let diff = try baseline.diff(export.file, format: SnapshotFormat(), options: options) {
            rejected[1].append($0)
        }
        #expect(twin.passedRows == 0)
        let deltas = try diff.deltas()
        #expect(deltas == (try twin.deltas()))
        #expect(rejected[0] == rejected[1])
        #expect(diff.summary.rows == twin.summary.rows)
        #expect(diff.summary.rejected == twin.summary.rejected)
        #expect(diff.summary.newestAsOf == twin.summary.newestAsOf)
        #expect(diff.summary.locations == twin.summary.locations)
        #expect(diff.summary.content == twin.summary.content)
        return (diff, deltas)
    }

    private func accept(
        _ diff: SnapshotDiff,
        _ deltas: [Delta],
        _ baseline: ObservedBaseline,
        using random: inout SplitMix64
    ) throws {
        let generation = baseline.generation + 1
        switch random.below(6) {
        case 0: return
        case 1:
            let held = Set(deltas.filter { _ in random.chance(30) })
            try baseline.accept(diff, generation: generation) { held.contains($0) }
        case 2:
            let events = deltas.filter { _ in random.chance(50) }
            try baseline.accept(events, generation: generation)
        default: try baseline.accept(diff, generation: generation)
        }
    }

    @Test("after an accepted snapshot as after the build; one changed row costs one block")
    func passesMost() throws {
        var random = SplitMix64(state: 1)
        let folder = TemporaryFolder()
        var export = DatedExport(rows: 3200, using: &random)
        let baseline = try ObservedBaseline.built(from: export.file, in: folder).baseline
        for round in 1...3 {
            export.touch(row: round * 1000)
            let (diff, deltas) = try diffs(of: export, baseline, DiffOptions())
            #expect(deltas.count == 1)
            // Its own, the last one that was changed, and those that two pieces of the file share.
            #expect(diff.passedRows >= 3200 - 6 * 32, "round \(round)")
            try baseline.accept(diff, generation: baseline.generation + 1)
        }
    }

    @Test("also if one of their rows is gone, or has come back")
    func knowsGapsInBlocks() throws {
        var random = SplitMix64(state: 4)
        let folder = TemporaryFolder()
        var export = DatedExport(rows: 640, using: &random)
        let baseline = try ObservedBaseline.built(from: export.file, in: folder).baseline
        let whole = export
        for round in UInt64(1)...4 {
            export = whole
            if round % 2 == 1 { export.remove(row: 100) }
            for half in UInt64(0)..<2 {
                let diff = try diffs(of: export, baseline, .unlessIdentical).0
                try baseline.accept(diff, generation: round * 2 + half)
            }
            // The newest row's is always read.
            let again = try diffs(of: export, baseline, .unlessIdentical).0
            #expect(again.passedRows == export.rows.count - 32, "round \(round)")
        }
    }

    @Test("but few are even compared if each row has a new time")
    func givesUp() throws {
        var random = SplitMix64(state: 2)
        let folder = TemporaryFolder()
        var export = DatedExport(rows: 32_000, using: &random)
        let baseline = try ObservedBaseline.built(from: export.file, in: folder).baseline
        export.touchAll()
        var (diff, deltas) = try diffs(of: export, baseline, DiffOptions())
        #expect(deltas.isEmpty)
        #expect(diff.passedRows == 0)
        #expect(diff.seenBlocks.count < 500)
        try baseline.accept(diff, generation: 2)
        // As soon as the times stay as they are, the blocks are known again, more with each snapshot.
        for generation in UInt64(3)...6 {
            export.touch(row: 5)
            (diff, deltas) = try diffs(of: export, baseline, DiffOptions())
            try baseline.accept(diff, generation: generation)
        }
        export.touch(row: 9)
        #expect(try diffs(of: export, baseline, DiffOptions()).0.passedRows > 25_000)
    }

    @Test("a newest row that is gone is noticed")
    func seesOlderSnapshots() throws {
        var random = SplitMix64(state: 3)
        let folder = TemporaryFolder()
        var export = DatedExport(rows: 640, using: &random)
        let older = export
        export.touch(row: 300)
        let (baseline, summary) = try ObservedBaseline.built(from: export.file, in: folder)
        let (diff, _) = try diffs(of: older, baseline, DiffOptions())
        let newest = try #require(diff.summary.newestAsOf)
        #expect(newest < (try #require(summary.newestAsOf)))
    }

    @Test("a newest row that comes back within a block is noticed")
    func seesOlderRowsAgain() throws {
        let folder = TemporaryFolder()
        func write(without gone: Int? = nil) -> any ByteSource {
            var text = "sku,on_hand,as_of\n"
            for row in 0..<320 where row != gone {
                text += "SKU-\(row),4,2026-01-\(row == 40 ? "30" : row == 200 ? "20" : "10")T00:00:00Z\n"
            }
            return TemporaryFile(Array(text.utf8))
        }
        let (baseline, summary) = try ObservedBaseline.built(from: write(), in: folder)
        let gone = try baseline.diff(write(without: 40), format: SnapshotFormat()) { _ in }
        try baseline.accept(gone, generation: 2) { _ in true }
        let back = try baseline.diff(write(), format: SnapshotFormat()) { _ in }
        #expect(back.count == 0)
        #expect(back.summary.newestAsOf == summary.newestAsOf)
    }

    @Test("also if rows state no times any more")
    func passesWithoutTimes() throws {
        let folder = TemporaryFolder()
        func write(_ time: String, first: Int) -> any ByteSource {
            var text = "sku,on_hand,as_of\n"
            for row in 0..<640 { text += "SKU-\(row),\(row == 0 ? first : 4),\(time)\n" }
            return TemporaryFile(Array(text.utf8))
        }
        let dated = write("2026-01-01T00:00:00Z", first: 4)
        let baseline = try ObservedBaseline.built(from: dated, in: folder).baseline
        var passed: [Int] = []
        for first in 5...7 {
            let diff = try baseline.diff(write("", first: first), format: SnapshotFormat()) { _ in }
            #expect(diff.summary.newestAsOf == nil)
            passed.append(diff.passedRows)
            try baseline.accept(diff, generation: baseline.generation + 1)
        }
        #expect(passed[2] > 500)
        #expect(baseline.newestAsOf == nil)
    }

    @Test("their rows are counted by lines, even if the last one has two")
    func countsLines() throws {
        let folder = TemporaryFolder()
        func write(bad: String) -> any ByteSource {
            var text = "sku,on_hand,note\n"
            for row in 0..<320 { text += row == 95 ? "SKU-95,1,\"two\nlines\"\n" : "SKU-\(row),4,one\n" }
            return TemporaryFile(Array((text + bad).utf8))
        }
        let baseline = try ObservedBaseline.built(from: write(bad: ""), in: folder).baseline
        for generation in UInt64(2)...3 {
            var lines: [Int] = []
            let bad = String(repeating: "x", count: Int(generation))
            let diff = try baseline.diff(write(bad: "SKU-X,\(bad),bad\n"), format: SnapshotFormat()) {
                lines.append($0.line)
            }
            #expect(diff.passedRows >= 224)
            #expect(lines == [323])
            try baseline.accept(diff, generation: generation)
        }
    }

    @Test("rests of other formats mean nothing, however many rows there are")
    func forgetsManyRests() throws {
        let folder = TemporaryFolder()
        func write(_ onHand: Int, _ reserve: Int) -> any ByteSource {
            var text = "sku,on_hand,reserve\n"
            for row in 0..<70_000 { text += "SKU-\(row),\(onHand),\(reserve)\n" }
            return TemporaryFile(Array(text.utf8))
        }
        var other = SnapshotFormat()
        other.columns.onHand = ColumnRule(anyOf: ["reserve"])
        let baseline = try ObservedBaseline.built(from: write(4, 9), in: folder).baseline
        let same = try baseline.diff(write(7, 4), format: other) { _ in }
        #expect(same.count == 0)
        try baseline.accept(same, generation: 2)
        // These bytes meant 4 when they were first read.
        let next = try baseline.diff(write(4, 9), format: other) { _ in }
        #expect(next.count == 70_000)
        #expect(next.passedRows == 0)
    }

    @Test("marks of other formats mean nothing")
    func forgetsOtherFormats() throws {
        let folder = TemporaryFolder()
        func write(_ first: Int) -> any ByteSource {
            var text = "sku,on_hand,reserve\n"
            for row in 0..<320 { text += "SKU-\(row),\(row == 7 ? first : 4),5\n" }
            return TemporaryFile(Array(text.utf8))
        }
        var other = SnapshotFormat()
        other.columns.onHand = ColumnRule(anyOf: ["reserve"])
        let baseline = try ObservedBaseline.built(from: write(4), in: folder).baseline
        for (generation, format) in [(2, other), (3, SnapshotFormat()), (4, other)] {
            let diff = try baseline.diff(write(generation), format: format) { _ in }
            #expect(diff.passedRows == 0)
            #expect(diff.count >= 319)
            try baseline.accept(diff, generation: UInt64(generation))
        }
    }
}

extension DiffOptions {
    fileprivate static var unlessIdentical: DiffOptions {
        var options = DiffOptions()
        options.looksForIdentical = false
        return options
    }
}
