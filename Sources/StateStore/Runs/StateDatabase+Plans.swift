import FoundationEssentials
import GRDB
package import InventoryCore

/// A plan that a run committed, as the database knows it; the plan itself lies in the archive.
package struct CommittedPlan: Hashable, Sendable {
    package let digest: String
    package let at: Timestamp
}

extension StateDatabase {
    /// Gives the plans that a run committed, the oldest first: its own, and those of approvals.
    package func plans(of run: RunID) async throws -> [CommittedPlan] {
        try await read("read the plans of the run") { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT digest, at FROM run_plans
                    WHERE run = (SELECT number FROM runs WHERE id = ?) ORDER BY place
                    """,
                arguments: [run.text]
            ).map { CommittedPlan(digest: $0[0], at: Timestamp(microseconds: $0[1])) }
        }
    }

    /// Gives the bytes of the plan of a run of events or orders; nothing where it is not there, or damaged.
    package func eventPlan(of run: RunID) async throws -> [UInt8]? {
        try await read("read the plan of the run") { db in
            try Data.fetchOne(
                db,
                sql: "SELECT block FROM event_plans WHERE run = (SELECT number FROM runs WHERE id = ?)",
                arguments: [run.text]
            ).flatMap { PlanBlock.bytes([UInt8](blob: $0)) }
        }
    }
}

extension Database {
    /// Keeps the plan of a run of events or orders.
    func keep(_ plan: PlanBlock, of run: Int64) throws {
        try execute(
            cached: "INSERT OR REPLACE INTO event_plans (run, block) VALUES (?, ?)",
            arguments: [run, plan.packed.blob]
        )
    }

    /// Notes that a run committed a plan; the same one again is no other plan.
    func note(plan digest: String, of run: Int64, at now: Timestamp) throws {
        try execute(
            sql: """
                INSERT INTO run_plans (run, place, digest, at)
                SELECT ?1, 1 + ifnull((SELECT max(place) FROM run_plans WHERE run = ?1), 0), ?2, ?3
                WHERE NOT EXISTS (SELECT 1 FROM run_plans WHERE run = ?1 AND digest = ?2)
                """,
            arguments: [run, digest, now.microseconds]
        )
    }
}
