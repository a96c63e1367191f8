import DeltaEngine
import InventoryCore
import SnapshotFormats
import TestSupport
import Testing

@Suite("A baseline behaves as a dictionary does, whatever the snapshots look like")
struct BaselineFormTests {
    @Test(
        "through dialects, orders, duplicates, pieces, workers, folds, restarts and losses of power",
        arguments: UInt64(0)..<40
    )
    func agrees(seed: UInt64) throws {
        var random = SplitMix64(state: seed &+ 77_000)
        let folder = TemporaryFolder()
        let path = "\(folder.path)/b"
        var options = DiffOptions()
        options.duplicates = random.pick(DuplicateRule.allCases)
        var catalogue = Catalogue(using: &random)
        var model = Model()
        var baseline = try ObservedBaseline.empty(path: path, generation: 1)
        if random.chance(70) {
            let first = WrittenSnapshot(catalogue.rows, using: &random)
            guard !catalogue.rows.isEmpty || first.format.notation == .delimited else { return }
            baseline = try ObservedBaseline.build(
                from: first.source(using: &random),
                format: first.format,
                path: path,
                generation: 1,
                options: options
            ) { if $0.reason != .duplicate { Issue.record("seed \(seed): \($0)") } }.baseline
            model.nets = Model.combine(catalogue.rows, options.duplicates).nets
        }
        for step in 0..<6 {
            catalogue.change(using: &random)
            let next = WrittenSnapshot(catalogue.rows, using: &random)
            // A file without any object is refused as empty.
            if catalogue.rows.isEmpty, next.format.notation == .ndjson { continue }
            options.scan.workers = random.pick([1, 2, 4])
            options.scan.instructions = random.chance(20) ? random.pick(Instructions.allCases) : .best
            let diff = try baseline.diff(
                next.source(using: &random),
                format: next.format,
                options: options
            ) { if $0.reason != .duplicate { Issue.record("seed \(seed), step \(step): \($0)") } }
            var deltas: [Delta] = []
            try diff.forEach { deltas.append($0) }
            let apart = Set(deltas).symmetricDifference(model.deltas(to: catalogue.rows, options.duplicates))
            #expect(apart.isEmpty, "seed \(seed), step \(step)")
            let before = TemporaryFolder.read(path)
            var after = model
            after.apply(deltas)
            try baseline.accept(diff, generation: baseline.generation + 1)
            #expect(try Model(baseline) == after, "seed \(seed), step \(step)")
            if random.chance(30) {
                baseline = try losePower(before, path, using: &random)
                let found = try Model(baseline)
                #expect(found == model || found == after, "seed \(seed), step \(step)")
                model = found
            } else {
                model = after
            }
            if random.chance(30) { try baseline.fold() }
            if random.chance(20) { baseline = try ObservedBaseline.open(path: path) }
            #expect(try Model(baseline) == model, "seed \(seed), step \(step), again")
        }
        try baseline.verify()
    }

    @Test("with more rows than may wait to be written")
    func manyRows() throws {
        let folder = TemporaryFolder()
        let count = 200_000
        var text = "sku,location,unit,on_hand\n"
        for number in 0..<count { text += "A-\(number / 3),L\(number % 3),EA,\(number % 977)\n" }
        let baseline = try ObservedBaseline.build(
            from: SnapshotText(text),
            format: SnapshotFormat(),
            path: "\(folder.path)/b",
            generation: 1
        ) { Issue.record("\($0)") }.baseline
        var found = 0
        try baseline.view.forEach { position in
            let sku = position.key.sku.text.dropFirst(2)
            guard let number = Int(sku), let place = Int(position.key.location.text.dropFirst()) else {
                return
            }
            if position.net == Quantity(units: Int64((number * 3 + place) % 977)) { found += 1 }
        }
        #expect(found == count)
        try baseline.verify()
        // Enough SKUs for two threads, and some that are not there.
        let skus = (0..<70_000).map { SKU("A-\($0)") }
        let positions = try baseline.view.positions(ofEach: skus)
        #expect(positions.map(\.count) == (0..<70_000).map { max(0, min(3, count - $0 * 3)) })
        #expect(zip(skus, positions).allSatisfy { sku, own in own.allSatisfy { $0.key.sku == sku } })
    }

    /// Leaves of what was appended to the file only some sectors, as if the disk had not been waited for.
    private func losePower(
        _ before: [UInt8],
        _ path: String,
        using random: inout SplitMix64
    ) throws -> ObservedBaseline {
        var bytes = TemporaryFolder.read(path)
        if bytes.starts(with: before) {
            for start in stride(from: before.count, to: bytes.count, by: 512) where random.chance(20) {
                for index in start..<min(start + 512, bytes.count) { bytes[index] = 0 }
            }
            if random.chance(30) { bytes.removeLast(random.below(bytes.count - before.count + 1)) }
            // A file of its own: the one that is open stays as it is mapped.
            TemporaryFolder.write(bytes, to: "\(path).torn")
            TemporaryFolder.rename("\(path).torn", to: path)
        }
        return try ObservedBaseline.open(path: path)
    }
}
