/// Why a baseline file cannot be used.
package struct BaselineError: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Code: String, Sendable, CaseIterable {
        case missing = "baseline_missing"
        /// The file is torn, or its checksum is wrong.
        case damaged = "baseline_damaged"
        /// The file is something else.
        case foreign = "baseline_foreign"
        /// A newer Tidegate wrote it.
        case newerVersion = "baseline_newer"
        case cannotWrite = "baseline_not_written"
    }

    package let code: Code
    package let path: String
    package let message: String
    package let hint: String

    package init(code: Code, path: String, message: String, hint: String) {
        self.code = code
        self.path = path
        self.message = message
        self.hint = hint
    }

    package var description: String { "\(path): \(message) \(hint)" }
}
