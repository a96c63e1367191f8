import Glibc
package import InventoryCore

// A baseline file cannot be used or written.
extension Fault.Code {
    package static let baselineNotFound = Fault.Code("baseline_not_found")
    /// The file is no baseline.
    package static let baselineForeign = Fault.Code("baseline_foreign")
    /// It was made for another state, or beside the state that it lies in.
    package static let baselineOfAnotherState = Fault.Code("baseline_of_another_state")
    /// A later Tidegate wrote it.
    package static let baselineNewerVersion = Fault.Code("baseline_newer_version")
    /// An earlier Tidegate wrote it.
    package static let baselineOlderVersion = Fault.Code("baseline_older_version")
    /// Its checksums do not agree with its bytes, or it is too short.
    package static let baselineDamaged = Fault.Code("baseline_damaged")
    /// The database knows of a generation that the file does not have.
    package static let baselineBehind = Fault.Code("baseline_behind")
    /// The file itself is of a later generation than the database knows of.
    package static let baselineAhead = Fault.Code("baseline_ahead")
    package static let baselineCannotRead = Fault.Code("baseline_cannot_read")
    package static let baselineCannotWrite = Fault.Code("baseline_cannot_write")
    /// More rows than one baseline can number.
    package static let baselineTooManyRows = Fault.Code("baseline_too_many_rows")
    /// A delta does not start from what the baseline holds.
    package static let baselineStale = Fault.Code("baseline_stale")
}

extension Fault {
    /// How to come by a new file.
    static let newBaseline =
        "In a state folder run `tidegate recover --mend`, which does `tidegate baseline rebuild`; make any "
        + "other with `tidegate baseline build`."

    static func damaged(_ path: String, _ what: String) -> Fault {
        Fault(
            .badInput,
            code: .baselineDamaged,
            place: path,
            message: "The baseline is damaged: \(what).",
            hint: newBaseline
        )
    }

    static func cannotRead(_ path: String, _ number: Int32) -> Fault {
        Fault(
            number == ENOENT ? .inputMissing : .unavailable,
            code: number == ENOENT ? .baselineNotFound : .baselineCannotRead,
            place: path,
            message: number == ENOENT
                ? "There is no such file." : "Reading failed: \(String(cString: strerror(number))).",
            hint: number == ENOENT
                ? "Check the path. \(newBaseline)"
                : "Check the file's permissions and the disk."
        )
    }

    static func cannotWrite(_ path: String, _ number: Int32) -> Fault {
        Fault(
            .cannotWriteState,
            code: .baselineCannotWrite,
            place: path,
            message: "Writing failed: \(String(cString: strerror(number))).",
            hint: number == ENOSPC
                ? "Make room on the disk; nothing has been lost."
                : "Check the folder's permissions and the disk."
        )
    }
}
