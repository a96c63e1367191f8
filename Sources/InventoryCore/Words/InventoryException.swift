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

    package enum Code: String, Sendable, CaseIterable {
        case unknownSKU = "unknown_sku"
        case unknownLevel = "unknown_level"
        case duplicateLevel = "duplicate_level"
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

extension InventoryException.Code {
    /// The codes of what the shop lacks.
    package static let ofLacks: [InventoryException.Code] = [.unknownSKU, .unknownLevel]

    package var owner: InventoryException.Owner {
        switch self {
        case .unknownSKU, .unknownLevel, .duplicateLevel, .unknownUnit, .stockUnitUnknown, .stockCollision,
            .unitFactorsDiffer, .orderUnitUnknown:
            .masterData
        case .unknownLocation, .locationOfAnotherSource, .sourceSilent, .deliveryRefused, .negativeStock,
            .oversold, .drift, .stockAbsent, .stockHeld, .stockRejected, .figuresHeld, .shownUnstated:
            .operations
        case .unattributedOrder, .orderUnacknowledged, .cancelledButBooked: .sales
        case .quantityTooLarge: .finance
        case .writeRefused, .increaseParked, .stockUnreadable, .stockConflict, .absenceNotCounted,
            .conflictingEvent, .eventRefused, .orderUnreadable, .ledgerStale, .ordersRefused,
            .acknowledgementUnclear:
            .integration
        }
    }

    /// What its owner does first.
    package var firstStep: String {
        switch self {
        case .unknownSKU: "Create the product in OroCommerce, or exclude the SKU in the ERP export."
        case .unknownLevel: "Add the unit to the product in OroCommerce, or map the ERP unit under `units`."
        case .duplicateLevel: "Delete the second inventory level of this product and unit in OroCommerce."
        case .unknownUnit: "Add the ERP unit under `units` with its factor and the OroCommerce unit."
        case .unknownLocation: "Add the location to a site under `sites`, or exclude it in the ERP export."
        case .locationOfAnotherSource:
            "Take the location out of one of the two exports, or give it another name there."
        case .sourceSilent: "Look why the export does not come; correct `fresh_for` if it comes less often."
        case .deliveryRefused:
            "Mend and `touch` the files, or take them away; `tidegate sources deliveries` says why."
        case .negativeStock: "Correct the stock of this location in the ERP; the shop shows 0 meanwhile."
        case .oversold: "Orders exceed the stock: decide in the ERP which of them wait."
        case .unattributedOrder: "Find the customer group of the order in OroCommerce."
        case .quantityTooLarge: "Correct the quantity in the ERP; it is beyond ten digits."
        case .writeRefused:
            "Read the shop's answer with `tidegate explain`, mend it there, then `tidegate push`."
        case .increaseParked:
            "Mend the refused decrease of the same SKU first; the increase follows by itself."
        case .stockUnreadable:
            "See the lines with `tidegate runs show RUN --rejected`, and mend the export or its mapping."
        case .stockUnitUnknown:
            "Add the unit under `units` with its factor, or correct it in the ERP."
        case .stockCollision:
            "Look at the two keys in the export; switch the normalisation off, or rename one in the ERP."
        case .stockConflict:
            "Find out why the export lists a position twice; set `duplicates` if that is meant."
        case .stockAbsent:
            "Check that the export is whole; if the stock is gone, `tidegate approve RUN`."
        case .stockHeld:
            "Compare with the ERP (`tidegate runs show RUN --held`), then `tidegate approve` or `reject`."
        case .unitFactorsDiffer:
            "Correct the factor at the shop or under `units`; `ignore_shop_rate: true` if the shop is wrong."
        case .figuresHeld:
            "Compare with the shop (`tidegate runs show RUN --held`), then `tidegate approve` or `reject`."
        case .shownUnstated:
            "See the levels with `tidegate runs show RUN --held`; `approve` does what `guards.removal` says."
        case .stockRejected:
            "Correct the stock in the ERP; the next clear statement ends this by itself."
        case .absenceNotCounted:
            "Mend the rows that cannot be read: until then nobody knows whether the missing ones are gone."
        case .conflictingEvent:
            "Look in the sender why two events of one time or version differ; the next delivery settles it."
        case .eventRefused:
            "Correct the sender, which was told that all is well; the next full delivery tells the rest."
        case .orderUnacknowledged:
            "Look whether the order is in the ERP; if it will never be, `tidegate orders release ORDER`."
        case .cancelledButBooked: "Cancel the order in the ERP, too: it still holds stock for it."
        case .acknowledgementUnclear:
            "Compare with `tidegate orders show ORDER`, and have the ERP state the order's id and its lines' ids."
        case .orderUnitUnknown:
            "Add the ordered unit under `units` with its factor; until then the SKU's figures do not rise."
        case .orderUnreadable: "Look at the order in OroCommerce; what is said of it cannot be understood."
        case .ordersRefused:
            "Mend the file of orders that the ERP writes; until then the shop counts these orders as unknown."
        case .ledgerStale:
            "Look why orders cannot be read (`tidegate check`); until then no figure rises."
        case .drift: "Find out who changes the level in OroCommerce; `tidegate audit --repair` sets it right."
        }
    }
}
