/// One line of a web order, as the ledger keeps it.
///
/// It counts (`open`) until a figure of the ERP contains it, the shop takes it back, or a person releases it.
package struct LedgerLine: Hashable, Sendable {
    package let id: ID
    package let order: OrderID
    /// The product that was ordered; its stock can be another SKU's.
    package var sku: SKU
    package var unit: StockUnit
    package var warehouse: String?
    /// In the ordered unit, as all quantities of the line.
    package var ordered: Quantity
    package var placed: Timestamp
    /// Until then the shop's own checkout may still take the stock, by our clock; `settled` once its
    /// level was looked at after that.
    package var youngUntil: Timestamp
    /// Whether its level was read since the line is known: until then nobody knows what was taken of it.
    package var isSeen = false
    /// How much of it was seen taken from its level.
    package var taken = Quantity.zero
    /// How much of it figures of the ERP contain.
    package var contained = Quantity.zero
    /// How many kits the order has, where the line is a kit's component; the ERP acknowledges kits.
    package var kits: Quantity?
    /// Whether the ERP has booked it, be it that no figure contains that yet.
    package var isBooked = false
    /// What the ERP said of it that no figure contains yet, oldest first.
    package var acknowledged: [Acknowledged] = []
    /// Why what was left of it does not count any more; nothing while it does.
    package var ending: Ending?
    package var endedAt: Timestamp?

    /// What `youngUntil` says of a line whose checkout nobody waits for any more.
    package static let settled = Timestamp(microseconds: 0)

    /// The shop's id of the line, and for a kit's component its own.
    package struct ID: Hashable, Comparable, Sendable {
        package let line: Int64
        /// 0 for the line itself.
        package let part: Int64

        package init(line: Int64, part: Int64 = 0) {
            self.line = line
            self.part = part
        }

        package static func < (left: ID, right: ID) -> Bool {
            (left.line, left.part) < (right.line, right.part)
        }
    }

    /// A part of the line that the ERP has acknowledged.
    package struct Acknowledged: Hashable, Sendable {
        package var quantity: Quantity
        package var at: Timestamp
        /// Whose figures contain it; nothing where any source's may.
        package var source: SourceID?

        package init(quantity: Quantity, at: Timestamp, source: SourceID?) {
            self.quantity = quantity
            self.at = at
            self.source = source
        }
    }

    package enum Ending: String, Hashable, Sendable, CaseIterable {
        /// A figure of the ERP contains all of it.
        case contained
        /// The order was cancelled in the shop.
        case cancelled
        /// The order is gone from the shop.
        case deleted
        /// The line was taken out of the order.
        case removed
        /// A person has released it.
        case released
    }

    package init(
        id: ID,
        order: OrderID,
        sku: SKU,
        unit: StockUnit,
        warehouse: String? = nil,
        ordered: Quantity,
        kits: Quantity? = nil,
        placed: Timestamp,
        youngUntil: Timestamp
    ) {
        self.id = id
        self.order = order
        self.sku = sku
        self.unit = unit
        self.warehouse = warehouse
        self.ordered = ordered
        self.kits = kits
        self.placed = placed
        self.youngUntil = youngUntil
    }

    /// The level that the shop takes it from.
    package var level: LevelKey { LevelKey(sku: sku, unit: unit, warehouse: warehouse) }

    /// What the ERP does not know of it yet: its part of `W`.
    package var open: Quantity {
        ending == nil ? Quantity(millionths: max(0, ordered.millionths - contained.millionths)) : .zero
    }

    /// Whether the ERP has said anything of it.
    package var isAcknowledged: Bool { isBooked || !acknowledged.isEmpty || contained > .zero }

    /// What the ERP has said nothing of.
    package var unstated: Quantity {
        Quantity(millionths: max(0, acknowledged.reduce(open.millionths) { $0 - $1.quantity.millionths }))
    }

    package var isSettled: Bool { youngUntil == Self.settled }

    /// What the shop's own checkout may still take of it: the line's part of `pend` (spec/orders.md, 3).
    package func pending(at now: Timestamp) -> Quantity { now < youngUntil ? untaken : .zero }

    /// What was not seen taken, as far as a drop of its level may still be its own.
    ///
    /// Until its level was looked at after the grace, or after the ERP booked it, a drop can be of before.
    var untaken: Quantity {
        guard !isSettled, ending == nil else { return .zero }
        return Quantity(millionths: max(0, ordered.millionths - taken.millionths))
    }

    /// Ends it; what was ended before stays as it was.
    package mutating func end(_ ending: Ending, at now: Timestamp) {
        guard self.ending == nil else { return }
        (self.ending, endedAt) = (ending, now)
        acknowledged = []
    }
}
