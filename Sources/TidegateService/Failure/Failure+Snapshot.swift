package import SnapshotFormats
package import SnapshotSources
import StateStore

extension Failure {
    /// A snapshot that cannot be read as a whole, named by its path.
    package init(_ error: SnapshotError, path: String) {
        let place = path + (error.line.map { ":\($0)" } ?? "")
        self.init(
            status: .badInput,
            code: error.code.rawValue,
            message: "\(place): \(error.message)",
            hint: error.hint
        )
    }

    package init(_ error: SourceError) {
        let status: ExitStatus =
            switch error.kind {
            case .missing: .inputMissing
            case .badData: .badInput
            case .unavailable: .unavailable
            }
        self.init(
            status: status,
            code: error.code.rawValue,
            message: "\(error.path): \(error.message)",
            hint: error.hint
        )
    }
}

extension Failure {
    /// Whatever went wrong while a snapshot was read.
    package init(reading error: any Error, path: String) {
        switch error {
        case let failure as Failure: self = failure
        case let error as SnapshotError: self.init(error, path: path)
        case let error as SourceError: self.init(error)
        case let error as BaselineError: self.init(error)
        case is CancellationError: self = .stopped
        default: self.init(unexpected: error)
        }
    }
}
