import DeltaEngine
import Glibc
import InventoryCore
import SnapshotFormats
import TestSupport
import Testing

/// A disk writes what it was given in any order, and a part of it only, until it is told to be sure.
@Suite("A log is replayed up to its last whole commit")
struct BaselineReplayTests {
    private static let sectorBytes = 512

    /// A baseline of two states, and the snapshot that led from one to the other.
    private struct History {
        let folder = TemporaryFolder()
        var catalogue: Catalogue
        let old: Model
        let oldBytes: [UInt8]
        let new: Model
        let newBytes: [UInt8]

        init(using random: inout SplitMix64) throws {
            catalogue = Catalogue(using: &random)
            let path = "\(folder.path)/b"
            let (baseline, _) = try ObservedBaseline.build(
                from: SnapshotText(catalogue.text),
                format: SnapshotFormat(),
                path: path,
                generation: 1
            ) { _ in }
            for generation in UInt64(2)...4 {
                catalogue.change(using: &random)
                try baseline.accept(
                    try baseline.diff(SnapshotText(catalogue.text), format: SnapshotFormat()) { _ in },
                    generation: generation
                )
            }
            old = try Model(baseline)
            oldBytes = TemporaryFolder.read(path)
            catalogue.change(using: &random)
            let diff = try baseline.diff(SnapshotText(catalogue.text), format: SnapshotFormat()) { _ in }
            try baseline.accept(diff, generation: 5)
            new = try Model(baseline)
            newBytes = TemporaryFolder.read(path)
        }
    }

    /// Of what `states` wrote behind `old`, a random choice of sectors, and a random length.
    private static func torn(
        _ old: [UInt8],
        _ states: [[UInt8]],
        using random: inout SplitMix64
    ) -> [UInt8] {
        let longest = states.map(\.count).max() ?? old.count
        var bytes = old + [UInt8](repeating: 0, count: longest - old.count)
        for start in stride(from: old.count, to: longest, by: sectorBytes) {
            // Mostly the last one's, so that whole commits occur too.
            let state = random.chance(70) ? states.last : random.chance(50) ? states.first : nil
            guard let state, start < state.count else { continue }
            let end = min(start + sectorBytes, state.count)
            bytes.replaceSubrange(start..<end, with: state[start..<end])
        }
        if random.chance(30) { bytes.removeLast(random.below(longest - old.count + 1)) }
        return bytes
    }

    @Test(
        "whichever sectors of a commit reached the disk; the next commit overwrites the rest",
        arguments: UInt64(0)..<8
    )
    func reordered(seed: UInt64) throws {
        var random = SplitMix64(state: seed)
        let history = try History(using: &random)
        let path = "\(history.folder.path)/c"
        for round in 0..<12 {
            let bytes = Self.torn(history.oldBytes, [history.newBytes], using: &random)
            TemporaryFolder.write(bytes, to: path)
            let baseline = try ObservedBaseline.open(path: path)
            let model = try Model(baseline)
            #expect(model == (baseline.generation == 5 ? history.new : history.old), "round \(round)")
            if bytes == history.newBytes { #expect(baseline.generation == 5) }
            try baseline.verify()
            var next = history.catalogue
            next.change(using: &random)
            let diff = try baseline.diff(SnapshotText(next.text), format: SnapshotFormat()) { _ in }
            try baseline.accept(diff, generation: 6)
            let healed = try ObservedBaseline.open(path: path, generation: 6)
            #expect(try Model(healed).nets == Model.combine(next.rows, .sum).nets, "round \(round)")
        }
    }

    @Test("even if a discarded commit has left its bytes", arguments: UInt64(0)..<8)
    func overDiscarded(seed: UInt64) throws {
        var random = SplitMix64(state: seed)
        let history = try History(using: &random)
        let path = "\(history.folder.path)/c"
        TemporaryFolder.write(history.newBytes, to: path)
        let again = try ObservedBaseline.open(path: path, generation: 4)
        var other = history.catalogue
        other.change(using: &random)
        let diff = try again.diff(SnapshotText(other.text), format: SnapshotFormat()) { _ in }
        try again.accept(diff, generation: 5)
        let third = try Model(again)
        let thirdBytes = TemporaryFolder.read(path)
        for round in 0..<12 {
            let bytes = Self.torn(history.oldBytes, [history.newBytes, thirdBytes], using: &random)
            TemporaryFolder.write(bytes, to: path)
            let model = try Model(ObservedBaseline.open(path: path))
            #expect([history.old, history.new, third].contains(model), "round \(round)")
            #expect(try Model(ObservedBaseline.open(path: path, generation: 4)) == history.old)
        }
    }

    @Test("an unfinished fold or build is never opened, and its file is removed")
    func leftovers() throws {
        var random = SplitMix64(state: 11)
        let history = try History(using: &random)
        let path = "\(history.folder.path)/b"
        // A process that is gone has left these.
        for (number, count) in [(1, 0), (2, 5000), (3, history.newBytes.count)] {
            TemporaryFolder.write(Array(history.newBytes.prefix(count)), to: "\(path).99999\(number).new")
        }
        let baseline = try ObservedBaseline.open(path: path)
        #expect(try Model(baseline) == history.new)
        try baseline.fold()
        #expect(try Model(ObservedBaseline.open(path: path)) == history.new)
        for number in 1...3 { #expect(access("\(path).99999\(number).new", F_OK) != 0) }
    }
}
