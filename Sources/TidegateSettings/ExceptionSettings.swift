package import InventoryCore

/// How exceptions are looked after.
package struct ExceptionSettings: Hashable, Sendable {
    /// How long work on one may take.
    package var deadlines = ExceptionDeadlines()
}
