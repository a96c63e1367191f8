package import InventoryCore

/// How exceptions are looked after.
package struct ExceptionSettings: Hashable, Sendable {
    /// How long work on one may take.
    package var deadlines = ExceptionDeadlines()
    /// The zone of dates and times that people write without an offset, by the name of the time zone
    /// database.
    package var zone = "UTC"
}
