package import InventoryCore
package import StateStore

/// One run with its certificate, for `runs show`.
package struct ShownRun: Sendable {
    package let record: RunRecord
    /// As JSON; nothing where the run was never accepted, or its certificate has made room for newer ones.
    package let certificate: [UInt8]?
    /// What was in doubt after it, by its certificate.
    let doubts: CertifiedDoubts?
    /// Whether the archive has its bytes.
    package let hasCopy: Bool
    /// Positions about which its approval decides.
    package let held: [Doubt]
    /// Figures about which its approval decides.
    package let heldFigures: [HeldFigure]
    /// Runs that take its figures back, the newest first.
    package let reverts: [RunID]

    /// Finds the run whose name begins with `prefix`.
    ///
    /// - Throws: `Fault`: no such run (66), several of them (64).
    package init(_ prefix: String, in shop: Shop) async throws {
        do {
            let record = try await shop.run(withPrefix: prefix)
            let archive = SnapshotArchive(folder: shop.state.folder)
            // One that failed at the last moment has left a certificate of what did not come about.
            let wasAccepted = record.planDigest != nil
            (certificate, hasCopy) = try await offPool {
                (
                    wasAccepted ? try archive.certificate(of: record.id) : nil,
                    try archive.hasCopy(of: record.id)
                )
            }
            doubts = certificate.flatMap { CertifiedDoubts(certificate: $0) }
            held = try await shop.state.doubts(heldBy: record.id)
            heldFigures = try await shop.state.heldFigures(of: record.id)
            reverts = try await shop.state.reverts(of: record.id).map(\.id)
            self.record = record
        } catch {
            throw Fault(error)
        }
    }

    /// Gives the certificate.
    ///
    /// - Throws: `Fault` where there is none (66).
    package func statedCertificate() throws(Fault) -> [UInt8] {
        if let certificate { return certificate }
        throw Fault(
            .inputMissing,
            code: "certificate_missing",
            message:
                "There is no certificate of the run \(record.id), which is \(record.state.word).",
            hint: "Runs that were accepted have one; list them with `tidegate runs`."
        )
    }

    /// The run in words.
    package var lines: [String] {
        let counts = record.counts
        let deltas = counts.deltas
        var lines = [
            "run         \(record.id)  \(record.state.word)",
            "source      \(record.source)" + (record.delivery.isEmpty ? "" : ", \(record.delivery)")
                + (record.asOf.map { ", as of \($0)" } ?? ""),
            "started     \(record.started)" + (record.finished.map { ", finished \($0)" } ?? ""),
            "read        \(counts.rows) rows, \(counts.rejected) rejected",
            "changed     \(deltas.added) added, \(deltas.changed) changed, \(deltas.removed) removed",
            "levels      \(counts.wanted) wanted, \(counts.unchanged) left alone, "
                + "\(counts.written) written, \(counts.refused) refused",
        ]
        if let doubts, doubts.skus > 0 { lines.append("in doubt    \(doubts.line)") }
        if hasCopy { lines.append("copy        in the archive") }
        if let version = record.rulesVersion { lines.append("rules       \(version)") }
        if let digest = record.planDigest { lines.append("plan        \(digest)") }
        if let reverted = record.reverts { lines.append("reverts     the run \(reverted)") }
        for run in reverts { lines.append("reverted    by the run \(run)") }
        if let message = record.message { lines.append("message     \(message)") }
        if !held.isEmpty || !heldFigures.isEmpty {
            lines.append(
                "held        \(held.count) positions, \(heldFigures.count) figures; see "
                    + "`tidegate runs show \(record.id) --held`"
            )
            lines.append("next        `tidegate approve \(record.id)`, or `tidegate reject \(record.id)`")
        }
        if certificate != nil {
            lines.append("certificate `tidegate runs show \(record.id) --certificate`")
        }
        return lines
    }
}

extension Shop {
    /// Finds the run whose name begins with `prefix`.
    ///
    /// - Throws: `Fault`: no such run (66), several of them (64).
    package func run(withPrefix prefix: String) async throws -> RunRecord {
        let runs = try await state.runs(withPrefix: prefix)
        guard runs.count <= 1 else {
            let names = runs.map(\.id.text).joined(separator: ", ")
            throw Fault(
                .usage,
                code: "ambiguous_run",
                message: "Several runs begin with \(prefix): \(names).",
                hint: "Write more of the run's name."
            )
        }
        guard let record = runs.first else {
            throw Fault(
                .inputMissing,
                code: "unknown_run",
                message: "There is no run \(prefix).",
                hint: "List them with `tidegate runs`."
            )
        }
        return record
    }
}
