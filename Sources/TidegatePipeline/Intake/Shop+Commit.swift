import InventoryCore
import StateStore

/// The steps of a commit, as they may fail.
package enum CommitStep: String, Sendable, CaseIterable {
    /// The bytes that were read are put aside for the archive.
    case aside
    /// What was divided, and the plan, are written beside the archive.
    case certificate
    /// The baseline takes the accepted differences, durably.
    case baseline
    /// The digest names the plan.
    case digest
    /// All is ready, and the database's transaction is about to be committed: the commit point.
    case seal
    /// The transaction is being filled.
    case database
}

extension Shop {
    /// Makes a proposal durable: the database's transaction is the commit point, all before it is undone
    /// where that is not reached.
    ///
    /// The transaction is filled beside the baseline and committed once that is durable. After a failure
    /// nothing is left in memory either: the baseline is closed, and opened again at the generation that the
    /// database names.
    ///
    /// - Returns: the run as it is recorded.
    /// - Throws: `Fault` or whatever a step throws.
    func commit(_ proposal: consuming Proposal) async throws -> RunRecord {
        let (run, source) = (proposal.run.id, proposal.source)
        // An approval puts nothing aside: what lies there is the copy of the run that was held.
        let (putsAside, keepsPapers) = (proposal.delivered != nil, proposal.keepsPapers)
        let former =
            keepsPapers ? try await offPool { [archive] in try archive.certificate(of: run) } : nil
        var isSealed = false
        do {
            return try await write(proposal, &isSealed)
        } catch {
            await source.baseline.close()
            guard keepsPapers else { throw error }
            await undo(run, keepsSpool: !putsAside, isSealed: isSealed, certificate: former)
            throw error
        }
    }

    /// Writes all of it; `isSealed` says whether the transaction may have been committed.
    private func write(
        _ proposal: consuming Proposal,
        _ isSealed: inout Bool
    ) async throws -> RunRecord {
        let sealed = Handover<Sealing>()
        let (run, plan, baseline) = (proposal.run, proposal.plan, proposal.source.baseline)
        let (keepsPapers, delivered, unread) = (proposal.keepsPapers, proposal.delivered, proposal.unread)
        let block = keepsPapers ? nil : try PlanBlock(plan.plan)
        var filled = proposal.acceptance
        filled.plan = block
        let acceptance = filled
        try onCommitStep?(.database)
        async let stored = state.accept(acceptance) {
            let sealing = try sealed.wait()
            try onCommitStep?(.seal)
            return sealing
        }
        do {
            // Before the commit point: an accepted run is never without its papers.
            async let digest = keepsPapers ? keepPapers(plan, of: run.id) : block?.digest
            async let aside: Void = putAside(delivered, of: run.id)
            async let figures = unread?.times(of: plan.ordered) ?? [:]
            var record = run
            try onCommitStep?(.baseline)
            record.generation = try await baseline.take(proposal.change)
            record.planDigest = try await digest
            try onCommitStep?(.digest)
            try await aside
            let sealing = Sealing(run: record, figures: try await figures)
            isSealed = true
            sealed.give(.success(sealing))
            _ = try await stored
            return record
        } catch {
            sealed.give(.failure(error))
            // It fails for the same reason, unless it failed before; that one then is the cause.
            _ = try await stored
            throw error
        }
    }

    private func putAside(_ delivered: Proposal.Delivered?, of run: RunID) async throws {
        guard let delivered else { return }
        try onCommitStep?(.aside)
        try await copies.take(delivered.delivery, delivered.content, for: run)
    }

    /// Keeps the certificate and the plan; gives the plan's digest, which both name.
    private func keepPapers(_ plan: Planning.Result, of run: RunID) async throws -> String {
        try onCommitStep?(.certificate)
        return try await offPool { [archive] in
            let copy = try PlanCopy(plan.plan)
            try archive.keep(certificate: plan.certificate.json(plan: copy.digest), of: run)
            try archive.keep(copy, of: run)
            return copy.digest
        }
    }

    private var archive: SnapshotArchive { copies.archive }

    /// Puts back the certificate that stood there before: that of a held run, or none.
    ///
    /// The bytes put aside go, unless the database says that the run came about all the same: on a full disk
    /// they take the very room that is missing. So does the plan; behind those of a held run one that was
    /// never committed does no harm, since the database names those that were. Where this fails too, the
    /// error that brought us here is the one to hear: the next pass removes such bytes, and `runs show` asks
    /// for the certificates of accepted runs alone.
    private func undo(
        _ run: RunID,
        keepsSpool: Bool,
        isSealed: Bool,
        certificate former: [UInt8]?
    ) async {
        do {
            // A task that is cancelled cannot ask; before the seal there is no need to.
            let committed = isSealed ? try await state.run(run)?.planDigest : nil
            try await offPool { [archive] in
                if former == nil, committed == nil { try archive.discardPlans(of: run) }
                if !keepsSpool, committed == nil { try archive.discardSpool(of: run) }
                let written = try archive.certificate(of: run).flatMap(StatedCertificate.init(json:))
                if let committed, written?.plan == committed { return }
                if let former {
                    try archive.keep(certificate: former, of: run)
                } else {
                    try archive.discardCertificate(of: run)
                }
            }
        } catch {
            return
        }
    }
}
