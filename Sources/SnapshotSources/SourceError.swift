/// Why the bytes of a snapshot cannot be had.
package struct SourceError: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Code: String, Sendable, CaseIterable {
        case notFound = "not_found"
        case notReadable = "not_readable"
        case notAFile = "not_a_file"
        case readFailed = "read_failed"
        /// The compressed input stops early.
        case truncated
        /// The compressed input contradicts itself or its checksum.
        case corrupt
        /// It unpacks to more bytes than allowed.
        case tooLarge = "too_large"
        /// The folder has no snapshot that is complete.
        case noSnapshot = "no_snapshot"
        case tooManyFiles = "too_many_files"
        case badManifest = "bad_manifest"
    }

    /// What kind of trouble it is; the command line turns it into its exit code.
    package enum Kind: Sendable {
        /// Exit 66.
        case missing
        /// Exit 65.
        case badData
        /// Exit 69.
        case unavailable
    }

    package let code: Code
    package let path: String
    package let message: String
    /// How to mend it, as one sentence.
    package let hint: String

    package init(code: Code, path: String, message: String, hint: String) {
        self.code = code
        self.path = path
        self.message = message
        self.hint = hint
    }

    package var kind: Kind {
        switch code {
        case .notFound, .noSnapshot: .missing
        case .truncated, .corrupt, .tooLarge, .badManifest, .notAFile: .badData
        case .notReadable, .readFailed, .tooManyFiles: .unavailable
        }
    }

    package var description: String { "\(path): \(message) \(hint)" }
}
