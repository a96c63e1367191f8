import InventoryCore

/// The blocks of a file in their order, each with the bytes of its first SKU: a file has tens of thousands,
/// of which one look needs one or two.
struct HistoryBlockPlaces: Sendable {
    private(set) var places: [HistoryIndex.Place] = []
    /// Has the SKUs somewhere.
    private var texts: [UInt8]
    private var ranges: [Range<Int>] = []

    /// Begins without blocks, whose SKUs may lie in these bytes.
    init(in texts: [UInt8] = []) {
        self.texts = texts
    }

    var count: Int { places.count }
    var indices: Range<Int> { places.indices }

    mutating func reserveCapacity(_ count: Int) {
        places.reserveCapacity(count)
        ranges.reserveCapacity(count)
    }

    mutating func append(_ first: SKU, at place: HistoryIndex.Place) {
        let start = texts.count
        texts.append(contentsOf: first.text.utf8)
        append(start..<texts.count, at: place)
    }

    /// Appends a block whose first SKU lies here in the bytes.
    mutating func append(_ first: Range<Int>, at place: HistoryIndex.Place) {
        places.append(place)
        ranges.append(first)
    }

    /// The bytes of the SKU with which a block begins.
    func first(of block: Int) -> ArraySlice<UInt8> { texts[ranges[block]] }

    /// How a block's first SKU lies to another in byte order: below 0, 0, or above 0.
    func compare(_ block: Int, to sku: SKU) -> Int {
        var text = sku.text
        return first(of: block).withUnsafeBufferPointer { own in
            text.withUTF8 { own.order(against: $0) }
        }
    }
}
