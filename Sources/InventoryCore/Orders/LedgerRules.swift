/// By which rules web orders enter the ledger and leave it (spec/orders.md).
package struct LedgerRules: Hashable, Sendable {
    /// Orders placed earlier count as known to the ERP.
    package var since: Timestamp
    /// Orders placed earlier that are not in the ledger have ended and are forgotten; nothing where all are
    /// kept.
    package var forgotten: Timestamp?
    /// Which state of an order the ERP's figure contains.
    package var contains: OrderAcknowledgement.State
    /// How long the shop's own checkout may take the stock after the order was placed, in seconds.
    package var graceSeconds: Int64
    /// After how long an order should be acknowledged, in seconds.
    package var deadlineSeconds: Int64
    /// Time after which an order counts as booked while the import is known to be alive, in seconds; nothing
    /// means that time proves nothing.
    package var importedWithinSeconds: Int64?
    package var kits: Kits
    /// States of an order in which it takes no stock any more.
    package var ended: Set<String>

    /// Whose stock a kit takes.
    package enum Kits: String, Hashable, Sendable, CaseIterable {
        /// That of its components.
        case components
        /// That of the kit itself.
        case line
        /// Nobody's.
        case ignore
    }

    package init(
        since: Timestamp,
        contains: OrderAcknowledgement.State = .booked,
        graceSeconds: Int64 = 120,
        deadlineSeconds: Int64 = 48 * 3600,
        importedWithinSeconds: Int64? = nil,
        kits: Kits = .components,
        ended: Set<String> = ["cancelled"]
    ) {
        self.since = since
        self.contains = contains
        self.graceSeconds = graceSeconds
        self.deadlineSeconds = deadlineSeconds
        self.importedWithinSeconds = importedWithinSeconds
        self.kits = kits
        self.ended = ended
    }

    /// Whether an acknowledgement of this state means that a figure can contain the order.
    package func releases(_ state: OrderAcknowledgement.State) -> Bool {
        switch state {
        case .booked: contains == .booked
        case .shipped, .cancelled: true
        }
    }
}
