package import InventoryCore

/// A SKU that the shop lacked, or a level of it, when that was met last.
package struct LackingSKU: Hashable, Sendable {
    package let seen: Timestamp
    package let sku: SKU
}

/// An exception with its history: one per code and subject, closed and opened anew as it ends and recurs.
package struct StoredException: Hashable, Sendable {
    package let exception: InventoryException
    /// When it occurred first since it was last closed.
    package let opened: Timestamp
    /// When it occurred last.
    package let seen: Timestamp
    package let closed: Timestamp?
    /// The runs that met it first and last; nothing where no run did, or the run is forgotten.
    package let firstRun: RunID?
    package let lastRun: RunID?
    /// The number of the piece of work that it belongs to; nothing where it was closed before there were any.
    package let group: Int?
}
