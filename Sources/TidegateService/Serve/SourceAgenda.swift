import Foundation
package import InventoryCore
import StateStore
package import TidegatePipeline
package import TidegateSettings

/// What a source's schedule is about to do, and what it remembers.
package struct SourceAgenda: Sendable {
    package let source: SourceID
    package let memory: ScheduleMemory
    /// When the next run begins by itself; nothing where none will.
    package let next: Timestamp?

    /// Looks at what is remembered of a source; also beside the service, in a state opened for reading.
    ///
    /// - Throws: `Fault`.
    package init(of source: SourceID, in shop: Shop, at now: Timestamp = .now) async throws {
        try await self.init(of: source, in: shop.settings, shop.state, at: now)
    }

    /// The same beside whoever works in the state folder.
    ///
    /// - Throws: `Fault`: nothing there yet (66).
    package init(of source: SourceID, in settings: Settings) async throws {
        let state = try StateDatabase.openForReading(StateFolder(path: settings.store.path))
        try await self.init(of: source, in: settings, state, at: .now)
        try state.close()
    }

    private init(of source: SourceID, in settings: Settings, _ state: StateDatabase, at now: Timestamp)
        async throws
    {
        self.source = source
        let schedule = settings.schedule(of: try settings.source(named: source.text))
        let memory = try await state.scheduleMemory(of: source)
        next = schedule.flatMap { DueRuns($0, of: source, shop: settings.shop).next(memory, at: now) }
        self.memory = memory
    }

    /// Stops the schedule of a source until somebody resumes it; also where no service runs.
    ///
    /// - Throws: `Fault`: no such source (64).
    package static func pause(_ source: SourceID, in shop: Shop, reason: String, who: String) async throws {
        _ = try shop.source(source)
        var memory = try await shop.state.scheduleMemory(of: source)
        memory.pause(reason: reason, who: who, at: .now)
        try await shop.state.remember(memory, of: source)
    }

    /// Lets the schedule of a source go on.
    ///
    /// - Throws: `Fault`: no such source (64).
    package static func resume(_ source: SourceID, in shop: Shop) async throws {
        _ = try shop.source(source)
        var memory = try await shop.state.scheduleMemory(of: source, madeAnew: true)
        memory.resume()
        try await shop.state.remember(memory, of: source)
    }
}

extension StateDatabase {
    /// What the schedule of a source remembers; `madeAnew` where that cannot be read.
    func scheduleMemory(of source: SourceID, madeAnew: Bool = false) async throws -> ScheduleMemory {
        guard let text = try await memory("schedule.\(source)") else { return ScheduleMemory() }
        do {
            return try JSONDecoder().decode(ScheduleMemory.self, from: Data(text.utf8))
        } catch {
            if madeAnew { return ScheduleMemory() }
            throw Fault(
                .internalError,
                code: "state_damaged",
                message: "What the schedule of \(source) remembers cannot be read: \(text.prefix(200))",
                hint: "`tidegate sources resume \(source)` makes it anew."
            )
        }
    }

    func remember(_ memory: ScheduleMemory, of source: SourceID) async throws {
        let text = String(decoding: try JSONEncoder().encode(memory), as: UTF8.self)
        try await remember(text, as: "schedule.\(source)")
    }

    /// Why the push is paused; nothing where it is not.
    func pushPause() async throws -> ScheduleMemory.Pause? {
        guard let text = try await memory("push.pause") else { return nil }
        return try? JSONDecoder().decode(ScheduleMemory.Pause.self, from: Data(text.utf8))
    }

    func rememberPushPause(_ pause: ScheduleMemory.Pause?) async throws {
        let text = try pause.map { String(decoding: try JSONEncoder().encode($0), as: UTF8.self) }
        try await remember(text, as: "push.pause")
    }
}
