package import OroClient
package import StateStore

extension Failure {
    package init(_ error: StoreError) {
        let status: ExitStatus =
            switch error.code {
            case .cannotWriteState: .cannotWriteState
            case .busy, .stateOlder: .busy
            case .stateMissing, .snapshotMissing: .inputMissing
            case .stateNewer: .badConfiguration
            case .unusableName: .badInput
            case .stateDamaged, .databaseFailed: .internalError
            }
        self.init(
            status: status,
            code: error.code.rawValue,
            message: "\(error.place): \(error.message)",
            hint: error.hint
        )
    }

    package init(_ error: BaselineError) {
        let status: ExitStatus =
            switch error.code {
            case .notFound: .inputMissing
            case .damaged, .foreign, .newerVersion, .olderVersion, .behind, .ahead, .tooManyRows, .stale:
                .badInput
            case .cannotRead: .unavailable
            case .cannotWrite: .cannotWriteState
            }
        self.init(
            status: status,
            code: "baseline_" + error.code.rawValue,
            message: "\(error.path): \(error.message)",
            hint: error.hint
        )
    }

    package init(_ error: OroError) {
        if let trouble = error.trouble {
            self.init(trouble)
        } else {
            self.init(
                status: .badConfiguration,
                code: error.code.rawValue,
                message: "\(error.place): \(error.message)",
                hint: error.hint
            )
        }
    }

    package init(_ problems: SettingsProblems) {
        let lines = problems.problems.map(\.description)
        let more = problems.omitted > 0 ? ["… and \(problems.omitted) more"] : []
        self.init(
            status: problems.problems.contains { $0.code == .missingSecret }
                ? .notPermitted : .badConfiguration,
            code: problems.problems.first?.code.rawValue ?? "bad_configuration",
            message: (lines + more).joined(separator: "\n  "),
            hint: "Correct the configuration, then look at it with `tidegate check`."
        )
    }

    /// What is wrong with a file of rules that was named on the command line.
    package init(rules problems: SettingsProblems) {
        let failure = Failure(problems)
        self.init(
            status: problems.isFileMissing ? .inputMissing : failure.status,
            code: failure.code,
            message: failure.message,
            hint: "Correct the file of rules; nothing was done."
        )
    }

    /// Any error, as its module classifies it.
    package init(_ error: any Error) {
        switch error {
        case let failure as Failure: self = failure
        case let error as StoreError: self.init(error)
        case let error as BaselineError: self.init(error)
        case let error as OroError: self.init(error)
        case let error as SettingsProblems: self.init(error)
        case is CancellationError: self = .stopped
        default: self.init(reading: error, path: "")
        }
    }

    init(unexpected error: any Error) {
        self.init(
            status: .internalError,
            code: "internal_error",
            message: "Something unexpected went wrong: \(error)",
            hint: "Nothing accepted is lost; run the command again, and report this message if it comes back."
        )
    }
}
