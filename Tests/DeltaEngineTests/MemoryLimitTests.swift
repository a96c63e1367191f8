import DeltaEngine
import InventoryCore
import SnapshotFormats
import TestSupport
import Testing

@Suite("A diff keeps to its memory limit")
struct MemoryLimitTests {
    private struct Found: Equatable {
        var deltas: Set<Delta>
        var count: Int
        var rejected: [Int]
        var summary: [Location: LocationDiff]
    }

    private func diff(
        _ baseline: ObservedBaseline,
        _ text: SnapshotText,
        _ rule: DuplicateRule,
        memoryBytesMax: Int
    ) throws -> (diff: SnapshotDiff, found: Found) {
        var options = DiffOptions()
        options.duplicates = rule
        options.memoryBytesMax = memoryBytesMax
        var rejected: [Int] = []
        let diff = try baseline.diff(text, format: SnapshotFormat(), options: options) {
            rejected.append($0.line)
        }
        var deltas: [Delta] = []
        try diff.forEach { deltas.append($0) }
        return (
            diff,
            Found(
                deltas: Set(deltas),
                count: deltas.count,
                rejected: rejected,
                summary: diff.summary.locations
            )
        )
    }

    /// A snapshot of which some rows are changed, some are gone, some new, some twice and some bad.
    private func next(using random: inout SplitMix64, isShuffled: Bool) -> [String] {
        var lines: [String] = []
        for number in 0..<6_000 {
            if random.chance(2) { continue }
            let amount = random.chance(5) ? "\(number + 7)" : random.chance(1) ? "many" : "\(number)"
            lines.append("AB-\(number / 4),WH-\(number % 4),EA,\(amount)\n")
            if random.chance(3) { lines.append("AB-\(number / 4),WH-\(number % 4),EA,5\n") }
            if random.chance(3) { lines.append("NEW-\(number / 9),WH-\(number % 3),EA,\(number)\n") }
        }
        if isShuffled { lines.shuffle(using: &random) }
        return lines
    }

    @Test("and finds the same deltas with little memory as with much", arguments: UInt64(0)..<12)
    func same(seed: UInt64) throws {
        var random = SplitMix64(state: seed)
        let rule = DuplicateRule.allCases[Int(seed % 3)]
        let folder = TemporaryFolder()
        let base = (0..<6_000).map { "AB-\($0 / 4),WH-\($0 % 4),EA,\($0)\n" }.joined()
        let baseline = try ObservedBaseline.build(
            from: SnapshotText("sku,location,unit,on_hand\n" + base),
            format: SnapshotFormat(),
            path: "\(folder.path)/b",
            generation: 1
        ) { _ in }.baseline
        for step in 0..<3 {
            let lines = next(using: &random, isShuffled: step > 0)
            let text = "sku,location,unit,on_hand\n" + lines.joined()
            let (much, all) = try diff(baseline, SnapshotText(text), rule, memoryBytesMax: .max)
            let (_, little) = try diff(baseline, SnapshotText(text), rule, memoryBytesMax: 1 << 16)
            #expect(all == little, "seed \(seed), step \(step), \(rule)")
            let again = try diff(baseline, SnapshotText(text), rule, memoryBytesMax: 1 << 16).diff
            try baseline.accept(step == 1 ? again : much, generation: baseline.generation + 1)
        }
    }

    @Test("and gives deltas in the order of the snapshot")
    func order() throws {
        var random = SplitMix64(state: 3)
        let folder = TemporaryFolder()
        let baseline = try ObservedBaseline.empty(path: "\(folder.path)/b", generation: 1)
        _ = try diff(baseline, SnapshotText("sku,on_hand\nA,1\n"), .sum, memoryBytesMax: 0)
        let lines = next(using: &random, isShuffled: true)
        let first = "sku,location,unit,on_hand\n" + lines.joined()
        let (made, _) = try diff(baseline, SnapshotText(first), .last, memoryBytesMax: .max)
        try baseline.accept(made, generation: 2)
        let shuffled = lines.shuffled(using: &random).map { $0.replacing(",EA,", with: ",EA,1") }
        let text = "sku,location,unit,on_hand\n" + shuffled.joined()
        func keys(_ memoryBytesMax: Int) throws -> [PositionKey] {
            var keys: [PositionKey] = []
            try diff(baseline, SnapshotText(text), .last, memoryBytesMax: memoryBytesMax).diff.forEach {
                keys.append($0.key)
            }
            return keys
        }
        #expect(try keys(1 << 16) == keys(.max))
    }
}
