package import InventoryCore

/// What becomes durable together of the order ledger.
package struct LedgerChanges: Sendable {
    /// Orders as they are from now on.
    package var orders: [LedgerOrder] = []
    /// Products of which something counts for more or less: their stock is worked out in the next run.
    package var touched: Set<SKU> = []
    /// What levels were seen to show.
    package var observed: [ObservedLevel] = []
    /// How far the shop's orders have been read; nothing leaves that as it is.
    package var cursor: OrderCursor?
    /// Orders that were read, or found unchanged in the shop.
    package var confirmed: Set<OrderID> = []
    /// Orders that acknowledgements which waited for them belong to.
    package var acknowledged: [Int64: OrderID] = [:]
    /// As of when full deliveries of sources are true that are taken now.
    package var figures: [SourceID: Timestamp] = [:]
    /// As of when sources state single SKUs, each with all of its positions.
    package var stated: [SourceID: [SKU: Timestamp]] = [:]
    /// As of when deliveries are true that are held as a whole, by source; none takes back what was known.
    package var held: [SourceID: HeldFigures] = [:]
    /// Parts of orders, by which the ERP may know them.
    package var parts: [OrderPart] = []
    /// Orders that a person has released, and why.
    package var released: [OrderID: OrderRelease] = [:]
    package var exceptions = ExceptionChanges()

    package init() {}

    /// Takes what is changed in a ledger.
    package mutating func take(_ ledger: OrderLedger) {
        orders = ledger.changed.sorted().compactMap { ledger[$0] }
        touched.formUnion(ledger.touched)
        parts = ledger.parts.values.sorted { $0.id < $1.id }
    }

    package var isEmpty: Bool {
        orders.isEmpty && touched.isEmpty && observed.isEmpty && cursor == nil && confirmed.isEmpty
            && acknowledged.isEmpty && figures.isEmpty && stated.isEmpty && released.isEmpty && parts.isEmpty
            && held.isEmpty
            && exceptions.isEmpty
    }
}

/// As of when deliveries of a source are true that wait for a person's decision as a whole.
package struct HeldFigures: Hashable, Sendable {
    /// The last full one; nothing where single SKUs are stated alone.
    package var full: Timestamp?
    package var stated: [SKU: Timestamp]

    /// Nothing waits any more.
    package static let empty = HeldFigures()

    package init(full: Timestamp? = nil, stated: [SKU: Timestamp] = [:]) {
        (self.full, self.stated) = (full, stated)
    }
}

/// A level with running checkouts, as it was read.
package struct ObservedLevel: Hashable, Sendable {
    package let row: LevelRow
    /// What the shop had last confirmed when it was read.
    package let last: Quantity
    package let shown: Quantity

    package init(row: LevelRow, last: Quantity, shown: Quantity) {
        (self.row, self.last, self.shown) = (row, last, shown)
    }
}

/// How far the shop's orders have been read.
package struct OrderCursor: Hashable, Codable, Sendable {
    /// The greatest id that was seen.
    package var id: Int64 = 0
    /// The latest `updatedAt` that was seen, in microseconds; nothing where the shop cannot be asked by it.
    package var updated: Int64?
    /// Ids below `id` that were never seen, and since when they are missed, in microseconds: their
    /// transaction may not be committed yet.
    package var gaps: [Int64: Int64] = [:]
    /// How the shop can be asked for changes, and when that was found out, in microseconds.
    package var way: String?
    package var wayFound: Int64 = 0
    /// When orders were last read to the end, in microseconds.
    package var read: Int64 = 0
    /// When the time before was last read again as far back as transactions may take, in microseconds.
    package var readDeep: Int64 = 0
    /// When open orders were last asked for by their ids, in microseconds.
    package var asked: Int64 = 0
    /// The number of the last acknowledgement that was taken.
    package var acknowledgementsTaken: Int64 = 0
    /// Orders older than this count as known to the ERP, in microseconds.
    package var since: Int64 = 0
    /// By which state of an order statements were taken; nothing before any were.
    package var acknowledge: String?
    /// The import is known to be alive through orders placed until then, in microseconds.
    package var aliveThrough: Int64?

    package init() {}
}
