import GRDB

extension StoreError {
    /// Says in the operator's words what SQLite said in its own.
    init(_ error: DatabaseError, place: String, doing: String) {
        let said = error.message ?? error.resultCode.description
        let (code, hint): (Code, String) =
            switch error.resultCode {
            case .SQLITE_FULL:
                (.cannotWriteState, "Free space on that disk, then run the command again.")
            case .SQLITE_READONLY, .SQLITE_CANTOPEN, .SQLITE_PERM, .SQLITE_AUTH:
                (
                    .cannotWriteState,
                    "Let the user that runs Tidegate write there, or choose another folder with `store.path`."
                )
            case .SQLITE_IOERR:
                (.cannotWriteState, "Look for disk errors (`dmesg`), then run the command again.")
            case .SQLITE_BUSY, .SQLITE_LOCKED:
                (.busy, "Another program has the database open; run the command again when it has ended.")
            case .SQLITE_CORRUPT, .SQLITE_NOTADB:
                (.stateDamaged, "Move the state folder away and run `tidegate sync`; it is built anew.")
            default:
                (.databaseFailed, "Run the command again; if it repeats, report this message.")
            }
        self.init(code: code, place: place, message: "Cannot \(doing): \(said).", hint: hint)
    }

    /// A stored value that no version of Tidegate writes.
    static func damaged(_ what: String) -> StoreError {
        StoreError(
            code: .stateDamaged,
            place: "state.sqlite",
            message: "The database holds \(what).",
            hint: "Move the state folder away and run `tidegate sync`; it is built anew."
        )
    }
}
