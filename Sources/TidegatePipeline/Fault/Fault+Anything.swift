package import InventoryCore
package import TidegateSettings

extension Fault {
    /// The command was asked to end before it was done.
    package static let stopped = Fault(
        .busy,
        code: "stopped",
        message: "Stopped before it was done; nothing that was accepted is lost.",
        hint: "Run `tidegate sync` or `tidegate push`: it goes on from here."
    )

    /// Any error, as its module classifies it.
    package init(_ error: any Error) {
        switch error {
        case let fault as Fault: self = fault
        case let problems as SettingsProblems: self.init(problems)
        case is CancellationError: self = .stopped
        default: self.init(unexpected: error)
        }
    }

    /// Whatever went wrong while a file was read, named by its path.
    package init(reading error: any Error, path: String) {
        self = Fault(error).at(path)
    }

    init(unexpected error: any Error) {
        self.init(
            .internalError,
            code: "internal_error",
            message: "Something unexpected went wrong: \(error)",
            hint: "Nothing accepted is lost; run the command again, and report this message if it comes back."
        )
    }

    package init(_ problems: SettingsProblems) {
        self.init(
            problems.problems.contains { $0.code == .missingSecret } ? .notPermitted : .badConfiguration,
            code: Fault.Code(problems.problems.first?.code.rawValue ?? "bad_configuration"),
            message: Fault.lines(problems),
            hint: "Correct the configuration, then look at it with `tidegate check`."
        )
    }

    /// What is wrong with a file of rules that was named on the command line.
    package init(rules problems: SettingsProblems) {
        let fault = Fault(problems)
        self.init(
            problems.isFileMissing ? .inputMissing : fault.kind,
            code: fault.code,
            message: fault.message,
            hint: "Correct the file of rules; nothing was done."
        )
    }

    private static func lines(_ problems: SettingsProblems) -> String {
        let more = problems.omitted > 0 ? ["… and \(problems.omitted) more"] : []
        return (problems.problems.map(\.description) + more).joined(separator: "\n  ")
    }
}
