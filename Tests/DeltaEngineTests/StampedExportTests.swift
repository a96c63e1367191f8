import InventoryCore
import SnapshotFormats
import TestSupport
import Testing

@testable import DeltaEngine

/// What a row states does not depend on the time that stands beside it: a new one costs neither the row's
/// recognition nor a second reading, and counts all the same.
@Suite("Rows are recognised whatever time they state")
struct StampedExportTests {
    @Test("and the diff is that of the slow reader", arguments: UInt64(0)..<40)
    func agrees(seed: UInt64) throws {
        var random = SplitMix64(state: seed)
        let folder = TemporaryFolder()
        let form = StampedExport.Form.allCases[Int(seed) % StampedExport.Form.allCases.count]
        var export = StampedExport(form, rows: random.pick([40, 400, 1500]), using: &random)
        var options = DiffOptions()
        options.duplicates = random.pick(DuplicateRule.allCases)
        if random.chance(30) { options.scan.latestInstant = Timestamp(microseconds: 1_790_000_000_000_000) }
        if random.chance(20) { options.memoryBytesMax = 1 }
        if random.chance(20) { options.scan.instructions = .words }
        let (baseline, _) = try ObservedBaseline.built(
            from: export.file,
            in: folder,
            format: export.format,
            options: options
        )
        for _ in 0..<6 {
            if random.chance(70) { export.stamp(oddPercent: random.pick([0, 0, 3, 40]), using: &random) }
            export.change(using: &random)
            if random.chance(30) { export.shuffle(using: &random) }
            let diff = try diff(of: export, baseline, options)
            switch random.below(4) {
            case 0: continue
            case 1:
                let held = Set(try diff.deltas().filter { _ in random.chance(30) })
                try baseline.accept(diff, generation: baseline.generation + 1) { held.contains($0) }
            default: try baseline.accept(diff, generation: baseline.generation + 1)
            }
            if random.chance(20) { try baseline.fold() }
        }
    }

    /// The diff, when it is that of a diff whose rows the slow reader has read.
    private func diff(
        of export: StampedExport,
        _ baseline: ObservedBaseline,
        _ options: DiffOptions
    ) throws -> SnapshotDiff {
        var rejected: [[RejectedRow]] = [[], []]
        var slow = options
        slow.scan.forcesCareful = true
        let twin = try baseline.diff(export.file, format: export.format, options: slow) {
            rejected[0].append($0)
        }
        let diff = try baseline.diff(export.file, format: export.format, options: options) {
            rejected[1].append($0)
        }
        #expect(try diff.deltas() == twin.deltas())
        #expect(rejected[0] == rejected[1], "\(rejected.map(\.count))")
        #expect(diff.summary.rows == twin.summary.rows)
        #expect(diff.summary.rejected == twin.summary.rejected)
        #expect(diff.summary.newestAsOf == twin.summary.newestAsOf)
        #expect(diff.summary.futureTimes == twin.summary.futureTimes)
        #expect(diff.summary.locations == twin.summary.locations)
        return diff
    }

    @Test("nothing of them is written where only times are new", arguments: StampedExport.Form.allCases)
    func knowsRows(form: StampedExport.Form) throws {
        var random = SplitMix64(state: 7)
        let folder = TemporaryFolder()
        var export = StampedExport(form, rows: 900, using: &random)
        let baseline = try ObservedBaseline.built(from: export.file, in: folder, format: export.format)
            .baseline
        for round in UInt64(2)...4 {
            export.stamp(oddPercent: 0, using: &random)
            if round == 3 { export.shuffle(using: &random) }
            let before = baseline.summaryNewest
            let diff = try baseline.diff(export.file, format: export.format) { _ in }
            // The first object is read with the head of the file.
            #expect(diff.count == 0 && diff.touched.count <= (form == .objects ? 1 : 0))
            try baseline.accept(diff, generation: round)
            #expect(try #require(baseline.summaryNewest) > #require(before))
        }
    }

    @Test("of two times in unusual shapes the later is the newest", arguments: ["csv", "ndjson"])
    func findsNewest(notation: String) throws {
        let times = ["2026-11-23 23:00:00Z", "2026-11-23t01:00:00z", "2026-11-23T22:59:59Z"]
        for order in [[0, 1, 2], [2, 1, 0], [1, 0, 2]] {
            let rows = order.map { index in
                notation == "csv"
                    ? "A\(index),1,\(times[index])"
                    : #"{"sku":"A\#(index)","on_hand":1,"as_of":"\#(times[index])"}"#
            }
            let text =
                (notation == "csv" ? ["sku,on_hand,as_of"] + rows : rows).joined(separator: "\n") + "\n"
            let format = SnapshotFormat(notation: notation == "csv" ? .delimited : .ndjson)
            let folder = TemporaryFolder()
            let file = TemporaryFile(Array(text.utf8))
            let built = try ObservedBaseline.built(from: file, in: folder, format: format)
            #expect(built.summary.newestAsOf?.description == "2026-11-23T23:00:00Z")
        }
    }

    @Test("a time in the future counts again, also of a row that has to be read with care")
    func countsLaterTimes() throws {
        func file(last: Int) -> TemporaryFile {
            let rows = (0..<128).map { number in
                let sku = number == 40 ? "\"A\"\"40\"" : "A\(number)"
                let time = number == 40 ? "2100-01-01T00:00:00Z" : "2026-08-01T00:00:00Z"
                return "\(sku),\(number == 120 ? last : 1),\(time)\n"
            }
            return TemporaryFile(Array(("sku,on_hand,as_of\n" + rows.joined()).utf8))
        }
        let folder = TemporaryFolder()
        var options = DiffOptions()
        options.scan.latestInstant = Timestamp(microseconds: 1_790_000_000_000_000)
        let format = SnapshotFormat()
        let (baseline, summary) = try ObservedBaseline.built(
            from: file(last: 1),
            in: folder,
            format: format,
            options: options
        )
        #expect(summary.futureTimes == 1)
        for round in 2...3 {
            let diff = try baseline.diff(file(last: round), format: format, options: options) { _ in }
            #expect(diff.summary.futureTimes == 1)
            #expect(diff.passedRows == 32)
            try baseline.accept(diff, generation: UInt64(round))
        }
    }

    @Test("twenty bytes of nothing are no time")
    func refusesNothing() throws {
        func file(_ time: String) -> TemporaryFile {
            let rows = (0..<64).map { "A\($0),1,\($0 < 32 ? "2026-08-01T00:00:00Z" : time)\n" }
            return TemporaryFile(Array(("sku,on_hand,as_of\n" + rows.joined()).utf8))
        }
        let folder = TemporaryFolder()
        let baseline = try ObservedBaseline.built(from: file("2026-08-01T00:00:00Z"), in: folder).baseline
        let nothing = file(String(repeating: "\0", count: 20))
        let diff = try baseline.diff(nothing, format: SnapshotFormat()) { _ in }
        #expect(diff.summary.rejected == 32)
    }

    @Test("a needed member that no object has any more is missed")
    func missesMembers() throws {
        let folder = TemporaryFolder()
        var format = SnapshotFormat(notation: .ndjson)
        format.columns.location = ColumnRule(anyOf: ["location"])
        let bare = (0..<640).map { #"{"sku":"A\#($0)","on_hand":1}"# + "\n" }.joined()
        let whole = bare + #"{"sku":"B","location":"L","on_hand":1}"# + "\n"
        let baseline = try ObservedBaseline.built(
            from: TemporaryFile(Array(whole.utf8)),
            in: folder,
            format: format
        ).baseline
        #expect(throws: Fault.self) {
            try baseline.diff(TemporaryFile(Array(bare.utf8)), format: format) { _ in }
        }
    }
}

extension ObservedBaseline {
    fileprivate var summaryNewest: Timestamp? { standing.newestInstant }
}
