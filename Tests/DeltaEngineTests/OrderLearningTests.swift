import DeltaEngine
import InventoryCore
import SnapshotFormats
import TestSupport
import Testing

@Suite("A baseline learns the order of its snapshots")
struct OrderLearningTests {
    private static let rows = 6_000

    private static func text(_ order: [Int], changed: Int) -> SnapshotText {
        let lines = order.map { number in
            "AB-\(number / 4),WH-\(number % 4),EA,\(number == changed ? 9_999 : number)\n"
        }
        return SnapshotText("sku,location,unit,on_hand\n" + lines.joined())
    }

    private func take(_ order: [Int], changed: Int, into baseline: ObservedBaseline) throws {
        let diff = try baseline.diff(Self.text(order, changed: changed), format: SnapshotFormat()) { _ in }
        try baseline.accept(diff, generation: baseline.generation + 1)
    }

    private func make(in folder: TemporaryFolder) throws -> ObservedBaseline {
        try ObservedBaseline.build(
            from: Self.text(Array(0..<Self.rows), changed: -1),
            format: SnapshotFormat(),
            path: "\(folder.path)/b",
            generation: 1
        ) { _ in }.baseline
    }

    private func order(of baseline: ObservedBaseline) throws -> [String] {
        var order: [String] = []
        try baseline.view.forEach { order.append("\($0.key.sku) \($0.key.location)") }
        return order
    }

    @Test("an order that comes twice is taken over by the next fold, even if the file was reopened between")
    func stable() throws {
        let folder = TemporaryFolder()
        var baseline = try make(in: folder)
        // By location instead of by SKU.
        let sorted = (0..<Self.rows).sorted { ($0 % 4, $0) < ($1 % 4, $1) }
        try take(sorted, changed: 17, into: baseline)
        #expect(!baseline.isFoldDue)
        baseline = try ObservedBaseline.open(path: "\(folder.path)/b")
        try take(sorted, changed: 18, into: baseline)
        #expect(baseline.isFoldDue)
        try baseline.fold()
        #expect(!baseline.isFoldDue)
        #expect(try order(of: baseline) == sorted.map { "AB-\($0 / 4) WH-\($0 % 4)" })
        try baseline.verify()
    }

    @Test("orders that differ each time are not taken over")
    func unstable() throws {
        let folder = TemporaryFolder()
        let baseline = try make(in: folder)
        var random = SplitMix64(state: 5)
        for changed in 0..<4 {
            var order = Array(0..<Self.rows)
            order.shuffle(using: &random)
            try take(order, changed: changed, into: baseline)
            #expect(!baseline.isFoldDue)
        }
    }
}
