/// All inventory levels, as columns: a million of them fit into some 30 MB.
///
/// Ids count from 1 and are never used again.
struct LevelTable {
    private(set) var quantities: [StockQuantity] = []
    private(set) var precisions: [Int32] = []
    private(set) var warehouses: [UInt16] = []
    private var marks: [Marks] = []
    private(set) var liveCount = 0
    /// Levels that unfiltered lists show; fewer than `liveCount` only with the transcripts' catalogue.
    private(set) var listedCount = 0

    struct Marks: OptionSet {
        let rawValue: UInt8
        static let live = Marks(rawValue: 1)
        static let unlisted = Marks(rawValue: 2)
    }

    /// The highest id ever given.
    var lastId: Int { quantities.count }

    mutating func reserve(_ count: Int) {
        quantities.reserveCapacity(count)
        precisions.reserveCapacity(count)
        warehouses.reserveCapacity(count)
        marks.reserveCapacity(count)
    }

    /// Adds a level and gives its id.
    mutating func add(
        precision: Int,
        warehouse: Int,
        quantity: StockQuantity,
        unlisted: Bool = false
    ) -> Int {
        quantities.append(quantity)
        precisions.append(Int32(precision))
        warehouses.append(UInt16(warehouse))
        marks.append(unlisted ? [.live, .unlisted] : .live)
        liveCount += 1
        if !unlisted { listedCount += 1 }
        return quantities.count
    }

    func exists(_ id: Int) -> Bool {
        id >= 1 && id <= quantities.count && marks[id - 1].contains(.live)
    }

    /// Whether a list that names neither ids nor products shows this level.
    func isListed(_ id: Int) -> Bool {
        marks[id - 1] == .live
    }

    func quantity(_ id: Int) -> StockQuantity { quantities[id - 1] }
    func precision(_ id: Int) -> Int { Int(precisions[id - 1]) }
    func warehouse(_ id: Int) -> Int { Int(warehouses[id - 1]) }

    mutating func set(_ id: Int, to quantity: StockQuantity) {
        quantities[id - 1] = quantity
    }

    mutating func remove(_ id: Int) {
        guard exists(id) else { return }
        if isListed(id) { listedCount -= 1 }
        marks[id - 1] = []
        liveCount -= 1
    }
}
