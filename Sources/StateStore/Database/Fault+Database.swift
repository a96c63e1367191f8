import GRDB
import InventoryCore

extension Fault {
    /// Puts what SQLite says into an operator's words.
    init(_ error: DatabaseError, place: String, doing: String) {
        let said = error.message ?? error.resultCode.description
        let (kind, code, hint): (Kind, Code, String) =
            switch error.resultCode {
            case .SQLITE_FULL:
                (.cannotWriteState, .cannotWriteState, "Free space on that disk, then run the command again.")
            case .SQLITE_READONLY, .SQLITE_CANTOPEN, .SQLITE_PERM, .SQLITE_AUTH:
                (
                    .cannotWriteState, .cannotWriteState,
                    "Let the user that runs Tidegate write there, or choose another folder with `store.path`."
                )
            case .SQLITE_IOERR:
                (
                    .cannotWriteState, .cannotWriteState,
                    "Look for disk errors (`dmesg`), then run the command again."
                )
            case .SQLITE_BUSY, .SQLITE_LOCKED:
                (
                    .busy, .busy,
                    "Another program has the database open; run the command again when it has ended."
                )
            case .SQLITE_CORRUPT, .SQLITE_NOTADB:
                (
                    .internalError, .stateDamaged,
                    "Move the state folder away and run `tidegate sync`; it is built anew."
                )
            default:
                (
                    .internalError, .databaseFailed,
                    "Run the command again; if it repeats, report this message."
                )
            }
        self.init(kind, code: code, place: place, message: "Cannot \(doing): \(said).", hint: hint)
    }

    /// A stored value that no version of Tidegate writes.
    static func damaged(_ what: String) -> Fault {
        Fault(
            .internalError,
            code: .stateDamaged,
            place: "state.sqlite",
            message: "The database holds \(what).",
            hint: "Move the state folder away and run `tidegate sync`; it is built anew."
        )
    }
}
