/// Something that cannot be done and needs a person: it has a code, an owner and a first step (spec,
/// invariant 7).
package struct InventoryException: Hashable, Sendable {
    package let code: Code
    package let subject: Subject
    /// The SKU whose stock the subject's product shows a part of, where that is another one: a fence's
    /// second product has no stock of its own.
    package let stock: SKU?
    package let message: String

    package init(code: Code, subject: Subject, stock: SKU? = nil, message: String) {
        self.code = code
        self.subject = subject
        self.stock = stock == subject.sku ? nil : stock
        self.message = message
    }

    /// The SKU that has to be worked out again to see whether it still occurs; nothing where no SKU is
    /// concerned.
    package var concerned: SKU? { stock ?? subject.sku }

    /// A figure that stands in a level which was renamed since: nobody follows it any more.
    ///
    /// - Parameters:
    ///   - quantity: what the level shows of what was written.
    ///   - level: the shop's id, which has stayed.
    ///   - former: what it was called when it was written.
    ///   - key: what it is called now.
    package init(stranded quantity: Quantity, in level: LevelID, of former: LevelKey, now key: LevelKey) {
        self.init(
            code: .figureStranded,
            subject: Subject(key),
            message:
                "It shows \(quantity), which was written into level \(level) when that was \(former); "
                + "no source states \(key.sku)."
        )
    }

    package enum Code: String, Sendable, CaseIterable {
        case unknownSKU = "unknown_sku"
        case unknownLevel = "unknown_level"
        case duplicateLevel = "duplicate_level"
        case figureStranded = "figure_stranded"
        case unknownUnit = "unknown_unit"
        case unknownLocation = "unknown_location"
        case locationOfAnotherSource = "location_of_another_source"
        case sourceSilent = "source_silent"
        case deliveryRefused = "delivery_refused"
        case negativeStock = "negative_stock"
        case oversold
        case unattributedOrder = "unattributed_order"
        case quantityTooLarge = "quantity_too_large"
        case writeRefused = "write_refused"
        case increaseParked = "increase_parked"
        case drift
        case stockUnreadable = "stock_unreadable"
        case stockUnitUnknown = "stock_unit_unknown"
        case stockCollision = "stock_collision"
        case stockConflict = "stock_conflict"
        case stockAbsent = "stock_absent"
        case stockHeld = "stock_held"
        case stockRejected = "stock_rejected"
        case absenceNotCounted = "absence_not_counted"
        case figuresHeld = "figures_held"
        case shownUnstated = "shown_unstated"
        case unitFactorsDiffer = "unit_factors_differ"
        case conflictingEvent = "conflicting_event"
        case eventRefused = "event_refused"
        case orderUnacknowledged = "order_unacknowledged"
        case cancelledButBooked = "cancelled_but_booked"
        case acknowledgementUnclear = "acknowledgement_unclear"
        case orderUnitUnknown = "order_unit_unknown"
        case orderUnreadable = "order_unreadable"
        case ledgerStale = "ledger_stale"
        case ordersRefused = "orders_refused"
    }

    /// Who can mend it; configuration gives each a name.
    package enum Owner: String, Sendable, CaseIterable {
        case masterData = "master_data"
        case operations
        case sales
        case integration
        case finance
    }
}
