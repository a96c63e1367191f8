import InventoryCore
import Testing

@Suite("PositionDiff")
struct PositionDiffTests {
    private func positions(_ random: inout SplitMix64) -> [Position] {
        var positions: [Position] = []
        for sku in 0..<Int.random(in: 0...30, using: &random) {
            for location in 0..<3 where Bool.random(using: &random) {
                let key = PositionKey(sku: SKU("S\(sku)"), location: Location("L\(location)"), unit: "EA")
                positions.append(
                    Position(key: key, net: Quantity(units: .random(in: -1...3, using: &random)))
                )
            }
        }
        return positions
    }

    private func table(_ positions: [Position]) -> [PositionKey: Quantity] {
        Dictionary(uniqueKeysWithValues: positions.map { ($0.key, $0.net) })
    }

    @Test("applying the diff of two snapshots to the first gives the second", arguments: 0..<300)
    func applies(seed: UInt64) {
        var random = SplitMix64(state: seed)
        let (old, new) = (table(positions(&random)), positions(&random).shuffled(using: &random))
        var patched = old
        for delta in PositionDiff(from: old, to: new).deltas { patched[delta.key] = delta.after }
        #expect(patched == table(new))
    }

    @Test("the order of the rows changes the order of the deltas and nothing else", arguments: 0..<100)
    func orderNeverMatters(seed: UInt64) {
        var random = SplitMix64(state: seed)
        let (old, new) = (table(positions(&random)), positions(&random))
        let one = PositionDiff(from: old, to: new)
        let two = PositionDiff(from: old, to: new.shuffled(using: &random))
        #expect(Set(one.deltas) == Set(two.deltas))
        #expect(one.statistics == two.statistics)
    }

    @Test("a snapshot equal to the baseline has no deltas")
    func identical() {
        var random = SplitMix64(state: 1)
        let same = positions(&random)
        #expect(PositionDiff(from: table(same), to: same).deltas.isEmpty)
    }

    @Test("rows of one key are summed, replaced or set aside, as declared")
    func duplicates() throws {
        let key = PositionKey(sku: "A", location: "L", unit: "EA")
        func row(_ line: Int, _ onHand: Int64) -> SourceRow {
            SourceRow(
                line: line,
                key: key,
                onHand: Quantity(units: onHand),
                committed: nil,
                unusable: nil,
                asOf: nil
            )
        }
        var sum = PositionCombiner(rule: .sum)
        var last = PositionCombiner(rule: .last)
        var reject = PositionCombiner(rule: .reject)
        for (line, onHand) in [(2, 5), (3, 7)] as [(Int, Int64)] {
            #expect(sum.add(row(line, onHand)) == nil)
            #expect(last.add(row(line, onHand)) == nil)
            let rejected = reject.add(row(line, onHand))
            #expect((rejected?.reason == .duplicate) == (line == 3))
        }
        #expect(sum.combined.map(\.net) == [Quantity(units: 12)])
        #expect(last.combined.map(\.net) == [Quantity(units: 7)])
        #expect(reject.combined.isEmpty)
        #expect(reject.unusable == [key])
    }
}
