import GRDB
package import InventoryCore

/// Which runs a list shows; what is nothing, is not asked for.
package struct RunFilter: Hashable, Sendable {
    package var source: SourceID?
    package var state: RunRecord.State.Kind?
    /// Only runs that were begun before this one.
    package var before: RunID?

    package init(source: SourceID? = nil, state: RunRecord.State.Kind? = nil, before: RunID? = nil) {
        self.source = source
        self.state = state
        self.before = before
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
                ORDER BY number DESC LIMIT ?4
                """,
                [filter.source?.text, filter.state?.rawValue, filter.before?.text, limit]
            )
        }
    }
}
