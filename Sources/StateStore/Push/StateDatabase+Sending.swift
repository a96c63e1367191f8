import GRDB
import InventoryCore

/// A moment on the machine's own clock, which runs from its start, also while it sleeps, and is never set.
package struct MachineInstant: Hashable, Sendable {
    /// Names the machine's start; moments of two starts cannot be compared.
    package let boot: String
    package let seconds: Double

    package init(boot: String, seconds: Double) {
        self.boot = boot
        self.seconds = seconds
    }
}

extension StateDatabase {
    /// Gives the moment after which no claimed wish can have been sent; nothing where it is not known.
    package func sendingEnd() async throws -> MachineInstant? {
        try await read("read until when writes were sent") { db in
            guard let text = try db.text(.sendingEnd) else { return nil }
            guard let end = MachineInstant(stored: text) else {
                throw Fault.damaged("the setting \(Setting.sendingEnd.rawValue) “\(text)”")
            }
            return end
        }
    }

    /// Notes, before anything is sent, until when it may be sent; nothing says that it cannot be known.
    package func record(sendingEnd end: MachineInstant?) async throws {
        try await write("record until when writes are sent") { db in
            try db.set(.sendingEnd, to: end?.stored)
        }
    }
}

extension MachineInstant {
    fileprivate var stored: String { "\(seconds) \(boot)" }

    fileprivate init?(stored text: String) {
        let parts = text.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, let seconds = Double(parts[0]), seconds.isFinite else { return nil }
        self.init(boot: String(parts[1]), seconds: seconds)
    }
}
