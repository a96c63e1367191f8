/// A statement about one position between snapshots (spec, service, 2).
///
/// Quantities are net: a sender that states on hand, committed and unusable is reduced to their difference
/// when its body is read.
package struct StockEvent: Hashable, Sendable {
    package var identity: EventIdentity
    package let statement: Statement
    /// Nothing only in a hint about a whole location.
    package var sku: SKU?
    /// Nothing only in a hint about an SKU wherever it lies.
    package let location: Location?
    /// As the sender writes it; empty where it states none.
    package let unit: StockUnit
    /// When the statement was true; a level and a movement always have one.
    package let asOf: Timestamp?
    /// Counts the statements about a position, where the sender counts them; it goes before `asOf`.
    package let version: Int64?

    package enum Statement: Hashable, Sendable {
        /// So much is there.
        case level(Quantity)
        /// So much has come, or gone where it is negative.
        case movement(Quantity)
        /// Something has changed: look again.
        case hint
    }

    package init(
        identity: EventIdentity,
        _ statement: Statement,
        sku: SKU?,
        location: Location?,
        unit: StockUnit,
        asOf: Timestamp?,
        version: Int64? = nil
    ) {
        self.identity = identity
        self.statement = statement
        self.sku = sku
        self.location = location
        self.unit = unit
        self.asOf = asOf
        self.version = version
    }
}

/// What tells an event from all others of its source; one that comes again has the same.
package struct EventIdentity: Hashable, Sendable {
    /// SHA-256 of what names it: its id, its CloudEvents source and id, the key of its request and its index,
    /// or else its content.
    package let digest: [UInt8]

    package init(digest: [UInt8]) {
        self.digest = digest
    }
}
