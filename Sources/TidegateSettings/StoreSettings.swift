/// Where the state lies, and how much of the past is kept.
package struct StoreSettings: Hashable, Sendable {
    package var path = "var/tidegate"
    /// The newest snapshots and plans that stay in the archive; 0 keeps none.
    package var archiveKeep = 50
    /// Days of which the history keeps every change; 0 keeps all.
    package var historyDays = 730
    /// How much of the baseline may lie in memory at once; a quarter of the machine's where nothing is said.
    package var memoryMegabytesMax: Int?

    package init() {}
}
