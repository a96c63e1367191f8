import Foundation
package import InventoryCore
package import StateStore

/// Why nothing goes to the shop, as the service remembers it; also for those who look beside it.
package struct PushStanding: Sendable {
    /// A person has paused it.
    package let pause: ScheduleMemory.Pause?
    package let trouble: Trouble?

    /// What keeps the shop from taking anything.
    package struct Trouble: Hashable, Sendable, Codable {
        package let code: String
        package let sentence: String
        package let hint: String
        private let sinceMicroseconds: Int64

        package var since: Timestamp { Timestamp(microseconds: sinceMicroseconds) }

        init(_ fault: Fault, since: Timestamp) {
            (code, sentence, hint) = (fault.code.rawValue, fault.sentence, fault.hint)
            sinceMicroseconds = since.microseconds
        }
    }

    /// Reads what is remembered; what cannot be read counts as nothing.
    ///
    /// - Throws: `Fault`.
    package init(_ state: StateDatabase) async throws {
        pause = try await state.pushPause()
        let text = try await state.memory("push.trouble")
        trouble = text.flatMap { try? JSONDecoder().decode(Trouble.self, from: Data($0.utf8)) }
    }
}

extension StateDatabase {
    /// Remembers why the shop takes nothing, since when it has been so; nothing where it does.
    func remember(trouble fault: Fault?, at now: Timestamp) async throws {
        let before = try await PushStanding(self).trouble
        guard let fault else {
            if before != nil { try await remember(nil, as: "push.trouble") }
            return
        }
        guard before?.code != fault.code.rawValue else { return }
        let trouble = PushStanding.Trouble(fault, since: before?.since ?? now)
        let text = String(decoding: try JSONEncoder().encode(trouble), as: UTF8.self)
        try await remember(text, as: "push.trouble")
    }
}
