/// The positions of some SKUs, one SKU after another, with numbers for the places, which are few.
///
/// Location, unit and bin of each are one number, because there are few such places and many positions.
///
/// Hot (`PipelineBenchmarks`): 16 bytes per position instead of the texts of its key.
package struct PlacedPositions: Sendable {
    /// What one place holds of a SKU.
    package struct Row: Hashable, Sendable {
        /// The place's number in `places`.
        package let place: Int32
        package var net: Quantity

        package init(place: Int32, net: Quantity) {
            self.place = place
            self.net = net
        }
    }

    package private(set) var places = PlaceList()
    private var rows: [Row] = []
    private var ends: [Int] = []

    /// Makes room for so many SKUs.
    package init(skus: Int = 0) {
        ends.reserveCapacity(skus)
        rows.reserveCapacity(skus * 8)
    }

    /// How many SKUs there are.
    package var count: Int { ends.count }

    /// The rows of one SKU, by its number in the order of adding.
    package subscript(number: Int) -> ArraySlice<Row> {
        rows[(number == 0 ? 0 : ends[number - 1])..<ends[number]]
    }

    /// Gives a place's number; an unknown place gets the next one.
    package mutating func number(of location: Location, _ unit: StockUnit, _ bin: Bin = "") -> Int32 {
        places.number(of: location, unit, bin)
    }

    /// Adds a position of the current SKU.
    package mutating func append(_ net: Quantity, at place: Int32) {
        rows.append(Row(place: place, net: net))
    }

    /// Ends the current SKU; later positions belong to the next.
    package mutating func endSKU() {
        ends.append(rows.count)
    }
}

/// Numbers the places where stock is counted.
package struct PlaceList: Sendable {
    /// A location, the unit in which it counts a SKU, and the bin where there is one.
    package struct Place: Hashable, Sendable {
        package let location: Location
        package let unit: StockUnit
        package let bin: Bin

        /// Whether a position is counted here.
        package func isPlace(of key: PositionKey) -> Bool {
            location == key.location && unit == key.unit && bin == key.bin
        }
    }

    private var places: [Place] = []
    private var numbers: [Place: Int32] = [:]

    package init() {}

    package var count: Int { places.count }

    package subscript(number: Int32) -> Place { places[Int(number)] }

    /// Gives a place's number; an unknown place gets the next one.
    package mutating func number(of location: Location, _ unit: StockUnit, _ bin: Bin = "") -> Int32 {
        let place = Place(location: location, unit: unit, bin: bin)
        if let number = numbers[place] { return number }
        let number = Int32(places.count)
        places.append(place)
        numbers[place] = number
        return number
    }

    /// Gives one SKU's rows as positions.
    package func positions(_ rows: ArraySlice<PlacedPositions.Row>, of sku: SKU) -> [Position] {
        rows.map { row in
            let place = places[Int(row.place)]
            return Position(
                key: PositionKey(sku: sku, location: place.location, unit: place.unit, bin: place.bin),
                net: row.net
            )
        }
    }
}

extension PlacedPositions.Row {
    /// Applies an accepted difference to the rows of its SKU.
    package static func apply(
        _ delta: Delta,
        to rows: inout [PlacedPositions.Row],
        _ places: inout PlaceList
    ) {
        let index = rows.firstIndex { places[$0.place].isPlace(of: delta.key) }
        switch (index, delta.after) {
        case (let index?, let after?): rows[index].net = after
        // What was there still names its location, so that the level of a fence that owns it goes to 0.
        case (let index?, nil): rows[index].net = .zero
        case (nil, let after?):
            let place = places.number(of: delta.key.location, delta.key.unit, delta.key.bin)
            rows.append(PlacedPositions.Row(place: place, net: after))
        case (nil, nil): break
        }
    }
}
