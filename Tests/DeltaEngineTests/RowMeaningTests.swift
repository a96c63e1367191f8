import InventoryCore
import SnapshotFormats
import TestSupport
import Testing

@testable import DeltaEngine

/// The same bytes of a row mean another quantity under another header or mapping: what is known of them under
/// one must never count under the other.
@Suite("A row means what header and mapping say")
struct RowMeaningTests {
    @Test("the same rows under another header are read again")
    func seesOtherHeaders() throws {
        let folder = TemporaryFolder()
        func write(_ header: String) -> any ByteSource {
            var text = header + "\n"
            for row in 0..<320 { text += "SKU-\(row),10,3\n" }
            return TemporaryFile(Array(text.utf8))
        }
        let baseline = try ObservedBaseline.built(from: write("sku,on_hand,reserved"), in: folder).baseline
        for (header, count) in [
            ("SKU,On_Hand,Reserved", 0), ("sku,on_hand,rsv", 320), ("sku,reserved,on_hand", 320),
        ] {
            let diff = try baseline.diff(write(header), format: SnapshotFormat()) { _ in }
            #expect(diff.count == count, "\(header)")
        }
    }

    @Test("a delta held back under another mapping comes again")
    func keepsHeldDeltas() throws {
        let folder = TemporaryFolder()
        var text = "sku,on_hand,reserve\n"
        for row in 0..<320 { text += "SKU-\(row),4,9\n" }
        let bytes = Array(text.utf8)
        let baseline = try ObservedBaseline.built(from: TemporaryFile(bytes), in: folder).baseline
        var other = SnapshotFormat()
        other.columns.onHand = ColumnRule(anyOf: ["reserve"])
        for generation in UInt64(2)...4 {
            let diff = try baseline.diff(TemporaryFile(bytes), format: other) { _ in }
            #expect(diff.count == 320)
            try baseline.accept(diff, generation: generation) { _ in true }
        }
    }

    @Test("through any sequence of headers, mappings, snapshots and decisions", arguments: UInt64(0)..<40)
    func agrees(seed: UInt64) throws {
        var random = SplitMix64(state: seed)
        let folder = TemporaryFolder()
        var options = DiffOptions()
        options.duplicates = random.chance(50) ? .sum : .last
        var table = FewColumns(rows: random.pick([3, 40, 400]), using: &random)
        var rules = table.rules(using: &random)
        let baseline = try ObservedBaseline.built(
            from: table.file,
            in: folder,
            format: rules,
            options: options
        ).baseline
        var model = table.nets(rules, options.duplicates)
        for step in 0..<12 {
            if random.chance(40) { rules = table.rules(using: &random) }
            table.change(using: &random)
            let diff = try baseline.diff(table.file, format: rules, options: options) { _ in }
            let deltas = try diff.deltas()
            let wanted = table.nets(rules, options.duplicates)
            var after = model
            for delta in deltas { after[delta.key.sku.text] = delta.after?.millionths }
            #expect(after == wanted, "step \(step)")
            #expect(deltas.allSatisfy { model[$0.key.sku.text] == $0.before?.millionths }, "step \(step)")
            guard random.chance(80) else { continue }
            // As guards do: all of one kind is held, or some of each.
            let held: Set<Delta>
            switch random.below(3) {
            case 0: held = []
            case 1: held = Set(deltas.filter { $0.after == nil })
            default: held = Set(deltas.filter { _ in random.chance(40) })
            }
            try baseline.accept(diff, generation: baseline.generation + 1) { held.contains($0) }
            for delta in deltas where !held.contains(delta) {
                model[delta.key.sku.text] = delta.after?.millionths
            }
            if random.chance(10) { try baseline.fold() }
        }
    }
}

/// A table of few values, so that the same bytes come again and again, under headers that change.
private struct FewColumns {
    private var rows: [(sku: Int, values: [Int])] = []
    private var names = ["on_hand", "reserved", "spare"]

    init(rows count: Int, using random: inout SplitMix64) {
        for sku in 0..<count { rows.append((sku, values(&random))) }
    }

    private func values(_ random: inout SplitMix64) -> [Int] { (0..<3).map { _ in random.below(3) } }

    mutating func change(using random: inout SplitMix64) {
        if random.chance(40) { names.shuffle(using: &random) }
        for _ in 0..<random.below(8) {
            let place = random.below(rows.count)
            rows[place].values = values(&random)
        }
        if random.chance(30) { rows.append((rows[random.below(rows.count)].sku, values(&random))) }
        if random.chance(30), rows.count > 2 { rows.remove(at: random.below(rows.count)) }
        if random.chance(20) { rows.swapAt(random.below(rows.count), random.below(rows.count)) }
    }

    /// A mapping of the quantities.
    func rules(using random: inout SplitMix64) -> SnapshotFormat {
        var format = SnapshotFormat()
        format.columns.onHand =
            random.chance(50)
            ? ColumnRule(anyOf: [random.pick(names)]) : ColumnRule(source: .position(2 + random.below(3)))
        if random.chance(50) { format.columns.committed = nil }
        return format
    }

    var file: any ByteSource {
        func line(_ fields: [String]) -> String { fields.joined(separator: ",") + "\n" }
        let lines = rows.map { line(["SKU-\($0.sku)"] + $0.values.map(String.init)) }
        return TemporaryFile(Array((line(["sku"] + names) + lines.joined()).utf8))
    }

    /// What each SKU's rows come to.
    func nets(_ format: SnapshotFormat, _ rule: DuplicateRule) -> [String: Int64] {
        func place(_ column: ColumnRule?) -> Int? {
            switch column?.source {
            case .anyOf(let wanted): wanted.lazy.compactMap { names.firstIndex(of: $0) }.first
            case .position(let number): number - 2
            case .constant, nil: nil
            }
        }
        var nets: [String: Int64] = [:]
        for row in rows {
            let onHand = place(format.columns.onHand).map { row.values[$0] } ?? 0
            let committed = place(format.columns.committed).map { row.values[$0] } ?? 0
            let net = Int64(onHand - committed) * 1_000_000
            nets["SKU-\(row.sku)"] = rule == .sum ? nets["SKU-\(row.sku)", default: 0] + net : net
        }
        return nets
    }
}
