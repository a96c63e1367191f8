import InventoryCore
import TestSupport
import Testing

@Suite("Positions with numbered places")
struct PlacedPositionsTests {
    @Test("applying differences by place gives the same as applying them by key", arguments: UInt64(0)..<100)
    func apply(seed: UInt64) {
        var random = SplitMix64(state: seed)
        var places = PlaceList()
        var rows: [PlacedPositions.Row] = []
        var model: [PositionKey: Quantity] = [:]
        for _ in 0..<80 {
            let key = PositionKey(
                sku: "A",
                location: Location("L\(random.below(4))"),
                unit: random.pick(["EA", "CS"]),
                bin: random.pick(["", "A1", "B2"])
            )
            let next = Quantity(units: Int64(random.below(9)))
            let change: Delta.Change
            switch (model[key], random.chance(30)) {
            case (let before?, true): change = .removed(before)
            case (let before?, false): change = .changed(from: before, to: next)
            case (nil, _): change = .added(next)
            }
            let delta = Delta(key: key, change: change)
            // A removed position keeps its place, with nothing there.
            model[key] = delta.after ?? .zero
            PlacedPositions.Row.apply(delta, to: &rows, &places)
        }
        let positions = places.positions(rows[...], of: "A")
        #expect(positions.count == model.count)
        #expect(Dictionary(positions.map { ($0.key, $0.net) }) { first, _ in first } == model)
        #expect(places.count <= 24)
    }

    @Test("each SKU has its own rows, and a SKU without positions has none")
    func rowsBySKU() {
        var positions = PlacedPositions(skus: 3)
        let north = positions.number(of: "North", "EA")
        positions.append(Quantity(units: 1), at: north)
        positions.append(Quantity(units: 2), at: positions.number(of: "South", "EA"))
        positions.endSKU()
        positions.endSKU()
        positions.append(Quantity(units: 3), at: positions.number(of: "North", "EA"))
        positions.endSKU()
        #expect(positions.count == 3 && positions.places.count == 2)
        #expect(positions[0].map(\.net) == [Quantity(units: 1), Quantity(units: 2)])
        #expect(positions[1].isEmpty)
        let last = positions.places.positions(positions[2], of: "C")
        let key = PositionKey(sku: "C", location: "North", unit: "EA")
        #expect(last == [Position(key: key, net: Quantity(units: 3))])
    }
}
