package import InventoryCore

/// How web orders are read, and what proves that the ERP knows them (spec/orders.md).
package struct OrderSettings: Hashable, Sendable {
    /// Time between two readings.
    package var everySeconds = 30.0
    /// Orders placed earlier count as known to the ERP; nothing means before the first reading.
    package var since: Timestamp?
    /// Which state of an order the ERP's figure contains.
    package var acknowledge = OrderAcknowledgement.State.booked
    /// Whether what is committed has been taken off the figures before they are stated.
    package var statesAvailable = false
    /// What is believed of what the ERP says.
    package var proofs: Set<Proof> = [.ids, .manifest]
    /// The field of the order in which the ERP's connector acknowledges it.
    package var field: Field?
    /// After that time an order counts as booked, as long as the import is known to be alive.
    package var importedWithinSeconds: Int64?
    /// How long after the order the shop's own checkout may still take its stock.
    package var graceSeconds: Int64 = 120
    /// After that time an order should be acknowledged.
    package var deadlineSeconds: Int64 = 48 * 3600
    /// How long orders may not be readable before figures stop rising.
    package var staleAfterSeconds: Int64 = 600
    /// How long an export takes that does not say as of when it is: its figures are believed to be so much
    /// older than the file.
    package var exportTakesSeconds: Int64 = 600
    package var quotaCounts = QuotaCount.level
    package var kits = LedgerRules.Kits.components
    /// States of an order in which it takes no stock any more.
    package var ended: Set<String> = ["cancelled"]

    package enum Proof: String, Hashable, Sendable, CaseIterable {
        /// The ERP states orders, in events, at the endpoint or in files.
        case ids
        /// A snapshot's manifest says through which order it knows all.
        case manifest
    }

    /// A field of an order that somebody else can fill.
    package enum Field: String, Hashable, Sendable, CaseIterable {
        case externalID = "externalId"
        case sourceEntityIdentifier
        case customerNotes
        case poNumber
        case status
    }

    package init() {}

    /// Whether figures contain booked orders only where they state what is committed.
    package var needsCommitted: Bool { acknowledge == .booked && !statesAvailable }

    /// What is doubtful about them at a time, in sentences.
    ///
    /// - Parameters:
    ///   - now: our time.
    ///   - rules: say from how many warehouses a product is sold.
    /// - Returns: a sentence for each doubt.
    package func doubts(at now: Timestamp, _ rules: RuleSet) -> [String] {
        var doubts: [String] = []
        if let since, since > now {
            doubts.append(
                "orders.read.since: \(since) is still to come; until then no order counts, and what the web "
                    + "sells is put back."
            )
        }
        let ofFences = rules.fences.compactMap { fence in
            if case .warehouse(let name) = fence.publish { name } else { nil }
        }
        if Set(rules.sites.compactMap(\.warehouse) + ofFences).count > 1 {
            doubts.append(
                "orders: the shop does not tell from which of several warehouses it took an order; it counts "
                    + "at the one of its customer's group, and its checkout is not seen on any level."
            )
        }
        return doubts
    }

    /// The rules of the ledger; `since` stands in where the settings do not say.
    package func rules(since first: Timestamp) -> LedgerRules {
        LedgerRules(
            since: since ?? first,
            contains: acknowledge,
            graceSeconds: graceSeconds,
            deadlineSeconds: deadlineSeconds,
            importedWithinSeconds: importedWithinSeconds,
            kits: kits,
            ended: ended
        )
    }
}
