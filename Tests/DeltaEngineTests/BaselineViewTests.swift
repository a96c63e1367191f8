import DeltaEngine
import InventoryCore
import SnapshotFormats
import TestSupport
import Testing

@Suite("A view of a baseline")
struct BaselineViewTests {
    private let folder = TemporaryFolder()

    /// Everything that a view answers.
    private struct Answers: Equatable {
        var model: Model
        var nets: [Quantity?]
        var positions: [SKU: [PositionKey: Quantity]]
        var skus: Set<SKU>
        var totals: LocationTotals
        var count: Int
        var generation: UInt64

        init(_ view: BaselineView, asking keys: [PositionKey]) throws {
            model = try Model(view)
            nets = try keys.map { try view.net($0) }
            positions = [:]
            for (sku, found) in try view.positions(of: Set(keys.map(\.sku))) {
                for position in found { positions[sku, default: [:]][position.key] = position.net }
            }
            var skus: Set<SKU> = []
            try view.forEachSKU { skus.insert($0) }
            self.skus = skus
            totals = view.locationTotals
            (count, generation) = (view.count, view.generation)
        }
    }

    private static func text(_ rows: Int, _ change: Int) -> SnapshotText {
        let lines = (0..<rows).map { "SKU-\($0 / 3),L\($0 % 3),\($0 % (50 + change))\n" }
        return SnapshotText("sku,location,on_hand\n" + lines.joined())
    }

    private static let keys = (0..<400).map { row in
        PositionKey(sku: SKU("SKU-\(row / 3)"), location: Location("L\(row % 3)"), unit: "")
    }

    @Test("answers as of its generation, whatever the baseline has accepted, folded and rewritten since")
    func outlives() throws {
        let baseline = try ObservedBaseline.built(from: Self.text(300, 0), in: folder).baseline
        let first = (view: baseline.view, answers: try Answers(baseline.view, asking: Self.keys))
        func accept(_ rows: Int, _ change: Int) throws {
            let observed = try baseline.observe(
                Self.text(rows, change),
                format: SnapshotFormat(),
                rejected: { _ in }
            )
            try baseline.accept(observed, generation: baseline.generation + 1)
        }
        try accept(350, 3)
        let second = (view: baseline.view, answers: try Answers(baseline.view, asking: Self.keys))
        #expect(first.answers != second.answers)
        #expect(try Answers(first.view, asking: Self.keys) == first.answers)
        try baseline.fold()
        #expect(try Answers(first.view, asking: Self.keys) == first.answers)
        #expect(try Answers(second.view, asking: Self.keys) == second.answers)
        #expect(try Model(baseline.view) == second.answers.model)
        // So many that they are not kept as a log.
        try accept(70_000, 4)
        #expect(baseline.info.logCommits == 0 && baseline.count == 70_000)
        #expect(try Answers(first.view, asking: Self.keys) == first.answers)
        #expect(try Answers(second.view, asking: Self.keys) == second.answers)
    }

    @Test("still answers when its baseline is gone")
    func outlivesOwner() throws {
        let view = try ObservedBaseline.built(from: Self.text(300, 0), in: folder).baseline.view
        #expect(try view.net(Self.keys[7]) == Quantity(units: 7))
        #expect(view.count == 300)
    }

    @Test("gives another thread the same figures all the while its owner compares, accepts and folds")
    func otherThread() throws {
        let baseline = try ObservedBaseline.built(from: Self.text(3_000, 0), in: folder).baseline
        let view = baseline.view
        let expected = try Answers(view, asking: Self.keys)
        let both = try WorkerThreads.overlap({
            Result { try (0..<20).allSatisfy { _ in try Answers(view, asking: Self.keys) == expected } }
        }) {
            for change in 1..<16 {
                let observed = try baseline.observe(
                    Self.text(3_000 + change * 10, change),
                    format: SnapshotFormat(),
                    rejected: { _ in }
                )
                try baseline.accept(observed, generation: baseline.generation + 1)
                if change % 5 == 0 { try baseline.fold() }
            }
        }
        #expect(try both?.beside.get() == true)
        #expect(baseline.generation == 16 && baseline.count == 3_150)
    }

    @Test("knows of which SKUs rows state every position, those included that it has accepted since")
    func areWhole() throws {
        let baseline = try ObservedBaseline.built(from: Self.text(9, 0), in: folder).baseline
        let lines = (0..<9).map { "SKU-\($0 / 3),L\($0 % 3),\($0)\n" }.joined()
        let more = SnapshotText("sku,location,on_hand\n\(lines)SKU-2,L9,1\n")
        let observed = try baseline.observe(more, format: SnapshotFormat(), rejected: { _ in })
        try baseline.accept(observed, generation: baseline.generation + 1)
        let view = baseline.view
        // Of SKU-0 all, of SKU-1 one twice and one of three not at all, of SKU-2 all but the newest.
        let stated =
            "sku,location,on_hand\nSKU-0,L2,1\nSKU-2,L0,1\nSKU-1,L0,1\nSKU-0,L0,1\nSKU-1,L0,2\n"
            + "SKU-0,L1,1\nSKU-1,L1,1\nSKU-2,L1,1\nSKU-2,L2,1\nSKU-0,L7,1\n"
        func areWhole(_ text: String) throws -> [Bool] {
            let skus: [SKU] = ["SKU-0", "SKU-1", "SKU-2", "SKU-3"]
            let format = SnapshotFormat()
            let rows = try RowTimes.rows(of: skus, in: SnapshotText(text), format: format, seeds: view.seeds)
            return try view.areWhole(skus, in: rows)
        }
        #expect(try areWhole(stated) == [true, false, false, true])
        #expect(try areWhole(stated + "SKU-2,L9,1\n") == [true, false, true, true])
    }
}
