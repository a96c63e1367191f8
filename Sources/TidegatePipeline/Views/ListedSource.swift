import DeltaEngine
package import InventoryCore
package import StateStore
package import TidegateSettings

/// What is known of one source, for `sources`.
package struct ListedSource: Sendable {
    package let id: SourceID
    /// How it is configured; nothing where it was taken out of the configuration.
    package let settings: SourceSettings?
    /// The newest delivery that was taken.
    package let newest: DeliveryRecord?
    package let mark: HighWaterMark?
    package let freshness: Freshness?
    /// Deliveries that are kept, by their outcomes.
    package let counts: [DeliveryRecord.Outcome: Int]
    /// When its mark was last taken back.
    package let reset: SourceReset?
    /// Events that wait for its next delivery, since they only say that something has changed.
    package let hints: WaitingHints
    /// Positions of its baseline; nothing where it has none.
    package let positions: Int?

    /// Gives the sources of the configuration in its order, then those of the state that it does not have.
    ///
    /// - Throws: `Fault`: nothing there yet (66).
    package static func all(_ settings: Settings, at now: Timestamp = .now) async throws -> [ListedSource] {
        do {
            let folder = StateFolder(path: settings.store.path)
            let state = try StateDatabase.openForReading(folder)
            let removed = try await removed(settings, state)
            let counts = try await state.deliveryCounts()
            var all: [ListedSource] = []
            for id in settings.sources.map(\.id) + removed {
                let own = settings.sources.first { $0.id == id }
                let path = SourceBaseline.path(of: id, in: folder)
                var fresh: Freshness?
                if let own { fresh = try await Freshness.of(own, in: settings, state, at: now) }
                all.append(
                    ListedSource(
                        id: id,
                        settings: own,
                        newest: try await state.lastTaken(of: id),
                        mark: try await state.highWaterMark(of: id),
                        freshness: fresh,
                        counts: counts[id] ?? [:],
                        reset: try await state.resets(of: id, limit: 1).first,
                        hints: try await state.waitingHints(of: id),
                        positions: try await offPool { positions(of: path) }
                    )
                )
            }
            try state.close()
            return all
        } catch {
            throw Fault(error)
        }
    }

    /// What a person should know of the sources before a run: those that are silent, and those that are not
    /// configured any more.
    ///
    /// - Throws: `Fault`.
    package static func doubts(_ settings: Settings) async throws -> [String] {
        guard StateFolder(path: settings.store.path).holdsState else { return [] }
        return try await all(settings).compactMap { source in
            if let fresh = source.freshness, fresh.isSilent { return fresh.sentence }
            guard source.settings == nil, let positions = source.positions, positions > 0 else { return nil }
            return "The source \(source.id) is not configured any more, and \(positions) positions of it are "
                + "left in the state; they count for nothing."
        }
    }

    private static func removed(_ settings: Settings, _ state: StateDatabase) async throws -> [SourceID] {
        let known = Set(settings.sources.map(\.id))
        return try await state.generations().keys.filter { !known.contains($0) }.sorted()
    }

    /// A file that is damaged or busy tells nothing here; the next run says why.
    private static func positions(of path: String) -> Int? {
        do {
            return try ObservedBaseline.open(path: path).count
        } catch {
            return nil
        }
    }
}
