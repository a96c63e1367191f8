/// Why something could not be done: one value from where it happens to the person who reads it.
package struct Fault: Error, Hashable, Sendable {
    /// What kind of trouble it is; decides how a process exits, and the status of an HTTP answer.
    package let kind: Kind
    /// Stable, in snake case; all are on the page `Errors.md`.
    package let code: Code
    /// Where: a file or folder, a setting, or a method and path; may be empty.
    package private(set) var place: String
    /// What went wrong, in a sentence without the place.
    package let message: String
    /// What a person does first.
    package let hint: String
    /// The physical line of the file, counted from 1, where that is known.
    package let line: Int?

    package init(
        _ kind: Kind,
        code: Code,
        place: String = "",
        message: String,
        hint: String,
        line: Int? = nil
    ) {
        self.kind = kind
        self.line = line
        self.code = code
        self.place = place
        self.message = message
        self.hint = hint
    }

    package enum Kind: Hashable, Sendable, CaseIterable {
        /// Wrong usage of a command or of the API.
        case usage
        /// The input is there and cannot be used as it is.
        case badInput
        case inputMissing
        /// The shop or a source cannot be reached.
        case unavailable
        case internalError
        case cannotWriteState
        /// Try again.
        case busy
        /// Credentials or permissions.
        case notPermitted
        case badConfiguration
    }

    /// The stable name of a fault, which is also what it says in a sentence; each module declares its own.
    package struct Code: RawRepresentable, Hashable, Sendable, ExpressibleByStringLiteral,
        CustomStringConvertible
    {
        package let rawValue: String

        package init(rawValue: String) {
            self.rawValue = rawValue
        }

        package init(_ text: String) {
            rawValue = text
        }

        package init(stringLiteral text: String) {
            rawValue = text
        }

        package var description: String { rawValue }
    }
}

extension Fault: CustomStringConvertible {
    /// One line for a person: where, what, and how to mend it.
    package var description: String { "\(sentence) \(hint)" }

    /// Where and what, without how to mend it.
    package var sentence: String {
        guard let line else { return place.isEmpty ? message : "\(place): \(message)" }
        return place.isEmpty ? "line \(line): \(message)" : "\(place):\(line): \(message)"
    }

    /// The same, said of a file or folder whose name was not known where it happened.
    package func at(_ place: String) -> Fault {
        guard self.place.isEmpty else { return self }
        var fault = self
        fault.place = place
        return fault
    }
}
