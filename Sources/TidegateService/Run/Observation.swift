import InventoryCore
import SnapshotFormats
import SnapshotSources
import StateStore

/// What a pass over a snapshot found: how it differs from the baseline, and the rows that nobody can use.
struct Observation: Sendable {
    let difference: SnapshotDifference
    /// The first rejected rows; the count of all is in the statistics.
    let rejectedRows: [RejectedRow]
    /// SHA-256 of the file's bytes.
    let sha256: String

    /// Reads the snapshot once, and its bytes a second time for their digest.
    ///
    /// - Throws: `Failure`.
    static func observe(
        _ intake: SnapshotIntake,
        format: SnapshotFormat,
        duplicates: DuplicateRule,
        against baseline: ObservedBaseline
    ) async throws -> Observation {
        do {
            return try await offPool {
                var rejectedRows: [RejectedRow] = []
                let difference = try baseline.difference(
                    from: try intake.open(),
                    format: format,
                    duplicates: duplicates,
                    rejected: { row in
                        if rejectedRows.count < Acceptance.rejectedRowsMax { rejectedRows.append(row) }
                    }
                )
                let sha256 = try SnapshotFile.sha256(path: intake.path)
                return Observation(difference: difference, rejectedRows: rejectedRows, sha256: sha256)
            }
        } catch {
            throw Failure(reading: error, path: intake.path)
        }
    }
}
