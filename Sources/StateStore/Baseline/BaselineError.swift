import Glibc

/// Why a baseline file cannot be used or written.
package struct BaselineError: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Code: String, Sendable, CaseIterable {
        case notFound = "not_found"
        /// The file is no baseline.
        case foreign
        /// A later Tidegate wrote it.
        case newerVersion = "newer_version"
        /// An earlier Tidegate wrote it.
        case olderVersion = "older_version"
        /// Its checksums do not agree with its bytes, or it is too short.
        case damaged
        /// The database knows of a generation that the file does not have.
        case behind
        /// The file itself is of a later generation than the database knows of.
        case ahead
        case cannotRead = "cannot_read"
        case cannotWrite = "cannot_write"
        /// More rows than one baseline can number.
        case tooManyRows = "too_many_rows"
        /// A delta does not start from what the baseline holds.
        case stale
    }

    package let code: Code
    package let path: String
    package let message: String
    /// How to mend it, as one sentence.
    package let hint: String

    package init(_ code: Code, path: String, message: String, hint: String) {
        self.code = code
        self.path = path
        self.message = message
        self.hint = hint
    }

    /// How to come by a new file.
    static let anew =
        "In a state folder run `tidegate baseline rebuild`; make any other with `tidegate baseline build`."

    package var description: String { "\(path): \(message) \(hint)" }

    static func damaged(_ path: String, _ what: String) -> BaselineError {
        BaselineError(
            .damaged,
            path: path,
            message: "The baseline is damaged: \(what).",
            hint: BaselineError.anew
        )
    }

    static func cannotRead(_ path: String, _ number: Int32) -> BaselineError {
        BaselineError(
            number == ENOENT ? .notFound : .cannotRead,
            path: path,
            message: number == ENOENT
                ? "There is no such file." : "Reading failed: \(String(cString: strerror(number))).",
            hint: number == ENOENT
                ? "Check the path, or make the file with tidegate baseline build."
                : "Check the file's permissions and the disk."
        )
    }

    static func cannotWrite(_ path: String, _ number: Int32) -> BaselineError {
        BaselineError(
            .cannotWrite,
            path: path,
            message: "Writing failed: \(String(cString: strerror(number))).",
            hint: number == ENOSPC
                ? "Make room on the disk; nothing has been lost."
                : "Check the folder's permissions and the disk."
        )
    }
}
