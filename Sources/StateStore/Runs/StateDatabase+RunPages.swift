import GRDB
package import InventoryCore

/// Which runs a list shows; what is nothing, is not asked for.
package struct RunFilter: Hashable, Sendable {
    package var source: SourceID?
    package var state: RunRecord.State.Kind?
    /// Only runs that were begun before this one.
    package var before: RunID?
    /// Whether runs that took stock events are meant, or those that did not.
    package var isOfEvents: Bool?

    package init(
        source: SourceID? = nil,
        state: RunRecord.State.Kind? = nil,
        before: RunID? = nil,
        isOfEvents: Bool? = nil
    ) {
        self.source = source
        self.state = state
        self.before = before
        self.isOfEvents = isOfEvents
    }
}

extension StateDatabase {
    /// Gives runs, the last started first; none where the run of `before` is not known any more.
    package func runs(_ filter: RunFilter, limit: Int) async throws -> [RunRecord] {
        try await read("read the runs") { db in
            try RunRecord.fetch(
                db,
                """
                WHERE (?1 IS NULL OR source = ?1) AND (?2 IS NULL OR state = ?2)
                    AND (?3 IS NULL OR number < (SELECT number FROM runs WHERE id = ?3))
                    AND (?4 IS NULL OR (events IS NOT NULL) = ?4)
                ORDER BY number DESC LIMIT ?5
                """,
                [
                    filter.source?.text, filter.state?.rawValue, filter.before?.text, filter.isOfEvents,
                    limit,
                ]
            )
        }
    }

    /// Gives the newest run of a delivery of a source that the shop shows wholly; events state a part only.
    package func lastShown(of source: SourceID) async throws -> RunRecord? {
        try await read("read the last delivery that is shown") { db in
            try RunRecord.fetch(
                db,
                """
                WHERE source = ? AND state = 'done' AND events IS NULL AND delivery <> ''
                ORDER BY number DESC LIMIT 1
                """,
                [source.text]
            ).first
        }
    }

    /// Whether a run of a source that began after an instant has taken events.
    package func tookEvents(of source: SourceID, since instant: Timestamp) async throws -> Bool {
        let last = try await runs(RunFilter(source: source, isOfEvents: true), limit: 1).first
        return last.map { $0.started > instant } ?? false
    }
}
