/// Why the state on disk cannot be used, where, and how to mend it.
package struct StoreError: Error, Equatable, Sendable, CustomStringConvertible {
    package let code: Code
    /// The file or folder.
    package let place: String
    /// What was tried and what went wrong, in a sentence without the place.
    package let message: String
    /// What a person does first.
    package let hint: String

    package init(code: Code, place: String, message: String, hint: String) {
        self.code = code
        self.place = place
        self.message = message
        self.hint = hint
    }

    package enum Code: String, Sendable, CaseIterable {
        /// The folder or a file in it cannot be made or written, or the disk is full (exit 73).
        case cannotWriteState = "cannot_write_state"
        /// Another process owns the folder or holds the database (exit 75).
        case busy
        /// There is no state yet, so there is nothing to read (exit 66).
        case stateMissing = "state_missing"
        /// The database was written by a newer Tidegate (exit 78).
        case stateNewer = "state_newer"
        /// The database was written by an older Tidegate, and this command may not bring it up to date
        /// (exit 75).
        case stateOlder = "state_older"
        /// The file is not a Tidegate database, or it is damaged (exit 70).
        case stateDamaged = "state_damaged"
        /// The archive has no such snapshot (exit 66).
        case snapshotMissing = "snapshot_missing"
        /// A run's id or another text cannot be stored (exit 65).
        case unusableName = "unusable_name"
        /// The database refused a statement for a reason that has no case of its own (exit 70).
        case databaseFailed = "database_failed"
    }

    package var description: String {
        "\(place): \(message) \(hint)"
    }
}
