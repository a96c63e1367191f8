import DeltaEngine
import InventoryCore
import SnapshotFormats
import TestSupport
import Testing

@Suite("A baseline behaves as a dictionary does")
struct BaselinePropertyTests {
    @Test("through diffs, accepts, held deltas, events, folds and restarts", arguments: UInt64(0)..<60)
    func agrees(seed: UInt64) throws {
        var random = SplitMix64(state: seed)
        let folder = TemporaryFolder()
        let rule = DuplicateRule.allCases[Int(seed % 3)]
        var options = DiffOptions()
        options.duplicates = rule
        var catalogue = Catalogue(hasBins: seed % 2 == 1, using: &random)
        var model = Model()
        var baseline = try ObservedBaseline.empty(path: "\(folder.path)/b", generation: 1)
        if random.chance(70) {
            let (built, _) = try ObservedBaseline.build(
                from: SnapshotText(catalogue.text),
                format: catalogue.format,
                path: "\(folder.path)/b",
                generation: 1,
                options: options
            ) { _ in }
            baseline = built
            model.nets = Model.combine(catalogue.rows, rule).nets
        }
        for step in 0..<8 {
            catalogue.change(using: &random)
            let diff = try baseline.diff(
                SnapshotText(catalogue.text),
                format: catalogue.format,
                options: options
            ) { _ in }
            if random.chance(40) { try meet(&catalogue, diff, baseline, &model, using: &random) }
            var deltas: [Delta] = []
            try diff.forEach { deltas.append($0) }
            let apart = Set(deltas).symmetricDifference(model.deltas(to: catalogue.rows, rule))
            #expect(apart.isEmpty, "seed \(seed), step \(step), \(rule)")
            #expect(Set(deltas).count == deltas.count)
            try accept(deltas, diff, &baseline, &model, using: &random)
            #expect(try Model(baseline) == model, "seed \(seed), step \(step)")
            #expect(baseline.count == model.nets.count)
            try check(baseline, model)
            if random.chance(25) { try baseline.fold() }
            if random.chance(25) {
                baseline = try ObservedBaseline.open(path: baseline.path, generation: baseline.generation)
            }
            #expect(try Model(baseline) == model, "seed \(seed), step \(step), again")
            try baseline.verify()
        }
    }

    /// Lets events come in while the snapshot is read: about positions that it states, and others.
    private func meet(
        _ catalogue: inout Catalogue,
        _ diff: SnapshotDiff,
        _ baseline: ObservedBaseline,
        _ model: inout Model,
        using random: inout SplitMix64
    ) throws {
        guard !diff.summary.isIdentical else { return }
        let snapshot = catalogue
        var touched: Set<PositionKey> = []
        for _ in 0..<Int.random(in: 1...3, using: &random) {
            catalogue.change(using: &random)
            let events = model.deltas(to: catalogue.rows, .last).filter { _ in random.chance(60) }
            try baseline.accept(events, generation: baseline.generation + 1)
            model.apply(Array(events))
            touched.formUnion(events.map(\.key))
        }
        catalogue = snapshot
        #expect(try baseline.rebase(diff, over: touched))
        #expect(diff.summary.locations.values.reduce(0) { $0 + $1.positionsBefore } == model.nets.count)
    }

    private func accept(
        _ deltas: [Delta],
        _ diff: SnapshotDiff,
        _ baseline: inout ObservedBaseline,
        _ model: inout Model,
        using random: inout SplitMix64
    ) throws {
        let generation = baseline.generation + 1
        switch Int.random(in: 0..<4, using: &random) {
        case 0: return
        case 1:
            let held = Set(deltas.filter { _ in random.chance(30) })
            try baseline.accept(diff, generation: generation) { held.contains($0) }
            model.apply(deltas.filter { !held.contains($0) })
        case 2:
            let events = deltas.filter { _ in random.chance(50) }
            try baseline.accept(events, generation: generation)
            model.apply(events)
        default:
            try baseline.accept(diff, generation: generation)
            model.apply(deltas)
        }
    }

    private func check(_ baseline: ObservedBaseline, _ model: Model) throws {
        let skus = Set(model.nets.keys.map(\.sku))
        var met: Set<SKU> = []
        try baseline.view.forEachSKU { met.insert($0) }
        #expect(met == skus)
        let found = try baseline.view.positions(of: skus)
        #expect(Set(found.keys) == skus)
        var nets: [PositionKey: Quantity] = [:]
        for position in found.values.joined() { nets[position.key] = position.net }
        #expect(nets == model.nets)
        var totals: [Location: Int] = [:]
        for (key, net) in model.nets {
            #expect(try baseline.view.net(key) == net)
            totals[key.location, default: 0] += 1
        }
        #expect(baseline.locationTotals.totals.mapValues(\.positions) == totals)
    }

    @Test("when a commit is too large for the log")
    func acceptsMuch() throws {
        let folder = TemporaryFolder()
        let baseline = try ObservedBaseline.empty(path: "\(folder.path)/b", generation: 1)
        let reader = try ObservedBaseline.open(path: "\(folder.path)/b")
        var text = "sku,location,on_hand\n"
        for row in 0..<70_000 { text += "SKU-\(row),L\(row % 5),\(row)\n" }
        let diff = try baseline.diff(SnapshotText(text), format: SnapshotFormat()) { _ in }
        try baseline.accept(diff, generation: 2)
        #expect(baseline.count == 70_000)
        #expect(baseline.info.logCommits == 0)
        #expect(diff.count == 70_000)
        #expect(reader.count == 0)
        let again = try baseline.diff(SnapshotText(text), format: SnapshotFormat()) { _ in }
        #expect(again.count == 0)
        #expect(
            try ObservedBaseline.open(path: baseline.path, generation: 2).locationTotals
                == baseline.locationTotals
        )
        #expect(baseline.locationTotals[Location("L3")].positions == 14_000)
        // The database has not heard of generation 2: the old file comes back.
        let old = try ObservedBaseline.open(path: baseline.path, generation: 1)
        #expect(old.count == 0)
        #expect { try ObservedBaseline.open(path: baseline.path, generation: 2) } throws: {
            ($0 as? Fault)?.code == .baselineBehind
        }
    }

    @Test("deltas come in the order of the snapshot, removals last")
    func ordersDeltas() throws {
        let folder = TemporaryFolder()
        let (baseline, _) = try ObservedBaseline.build(
            from: SnapshotText("sku,on_hand\nA,1\nB,2\nC,3\nD,4\n"),
            format: SnapshotFormat(),
            path: "\(folder.path)/b",
            generation: 1
        ) { _ in }
        let diff = try baseline.diff(
            SnapshotText("sku,on_hand\nD,5\nX,1\nB,9\nA,1\n"),
            format: SnapshotFormat()
        ) { _ in }
        var kinds: [String] = []
        try diff.forEach { kinds.append("\($0.key.sku) \($0.kind)") }
        #expect(kinds == ["D changed", "X added", "B changed", "C removed"])
    }
}

/// Rows that change from snapshot to snapshot, and are at times shuffled.
struct Catalogue {
    private(set) var rows: [(key: PositionKey, net: Int64)] = []
    private var next = 0
    private let hasBins: Bool

    init(hasBins: Bool = false, using random: inout SplitMix64) {
        self.hasBins = hasBins
        for _ in 0..<Int.random(in: 0...300, using: &random) { add(using: &random) }
    }

    private mutating func add(using random: inout SplitMix64) {
        next += 1
        let sku = random.chance(5) ? "odd,é\(next / 3)" : "SKU-\(next / 3)"
        let location = ["WH-LEEDS-01", "YORK", ""].randomElement(using: &random) ?? ""
        let key = PositionKey(
            sku: SKU(sku),
            location: Location(location),
            unit: random.chance(80) ? "each" : "case",
            bin: hasBins ? Bin(random.pick(["", "A1", "A,1", "é \"2\"", "S-\(next)"])) : ""
        )
        let row = (key, Int64.random(in: -5_000_000...500_000_000, using: &random))
        rows.insert(row, at: random.chance(50) ? rows.count : Int.random(in: 0...rows.count, using: &random))
    }

    mutating func change(using random: inout SplitMix64) {
        for index in rows.indices where random.chance(5) {
            rows[index].net =
                random.chance(30) ? 0 : Int64.random(in: -5_000_000...500_000_000, using: &random)
        }
        rows.removeAll { _ in random.chance(4) }
        for _ in 0..<Int.random(in: 0...12, using: &random) { add(using: &random) }
        if random.chance(30) { rows.shuffle(using: &random) }
        if random.chance(20), let row = rows.randomElement(using: &random) {
            rows.append((row.key, 1_500_000))
        }
    }

    var text: String {
        var text = "sku,location,unit\(hasBins ? ",bin" : ""),on_hand\n"
        for row in rows {
            let sku = row.key.sku.text.contains(",") ? "\"\(row.key.sku)\"" : row.key.sku.text
            text += "\(sku),\(row.key.location),\(row.key.unit),"
            if hasBins { text += "\"\(row.key.bin.text.replacing("\"", with: "\"\""))\"," }
            text += "\(Quantity(millionths: row.net))\n"
        }
        return text
    }

    var format: SnapshotFormat {
        var format = SnapshotFormat()
        if hasBins { format.columns.bin = ColumnRule(anyOf: ["bin"]) }
        return format
    }
}
