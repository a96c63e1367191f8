package import InventoryCore

// The state on disk cannot be used.
extension Fault.Code {
    /// The folder or a file in it cannot be made or written, or the disk is full (exit 73).
    package static let cannotWriteState = Fault.Code("cannot_write_state")
    /// Another process owns the folder or holds the database (exit 75).
    package static let busy = Fault.Code("busy")
    /// There is no state yet, so there is nothing to read (exit 66).
    package static let stateMissing = Fault.Code("state_missing")
    /// The database was written by a newer Tidegate (exit 78).
    package static let stateNewer = Fault.Code("state_newer")
    /// The database was written by an older Tidegate, and this command may not bring it up to date
    /// (exit 75).
    package static let stateOlder = Fault.Code("state_older")
    /// The file is not a Tidegate database, or it is damaged (exit 70).
    package static let stateDamaged = Fault.Code("state_damaged")
    /// The archive has no such snapshot (exit 66).
    package static let snapshotMissing = Fault.Code("snapshot_missing")
    /// The archive has no such plan (exit 66).
    package static let planMissing = Fault.Code("plan_missing")
    /// What the archive has of a plan is not what was committed (exit 70).
    package static let planDamaged = Fault.Code("plan_damaged")
    /// A file of the history is not what was written (exit 70).
    package static let historyDamaged = Fault.Code("history_damaged")
    /// A file of the history is not there (exit 70).
    package static let historyMissing = Fault.Code("history_missing")
    /// What is asked for is older than what the history keeps (exit 66).
    package static let historyBeginsLater = Fault.Code("history_begins_later")
    /// A run's id or another text cannot be stored (exit 65).
    package static let unusableName = Fault.Code("unusable_name")
    /// The database refused a statement for a reason that has no case of its own (exit 70).
    package static let databaseFailed = Fault.Code("database_failed")
}
