package import InventoryCore

/// How the process ends, after BSD's sysexits (spec, Command line).
package enum ExitStatus: Int32, Sendable, CaseIterable {
    case done = 0
    /// A guard held the run, or a part of it.
    case held = 3
    /// Finished, with exceptions open.
    case exceptionsOpen = 4
    case usage = 64
    case badInput = 65
    case inputMissing = 66
    case unavailable = 69
    case internalError = 70
    case cannotWriteState = 73
    case busy = 75
    case notPermitted = 77
    case badConfiguration = 78
}

extension Fault {
    /// How a process exits that could not do its work.
    package var exitStatus: ExitStatus {
        switch kind {
        case .usage: .usage
        case .badInput: .badInput
        case .inputMissing: .inputMissing
        case .unavailable: .unavailable
        case .internalError: .internalError
        case .cannotWriteState: .cannotWriteState
        case .busy: .busy
        case .notPermitted: .notPermitted
        case .badConfiguration: .badConfiguration
        }
    }
}
