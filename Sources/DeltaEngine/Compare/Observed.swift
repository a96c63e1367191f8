package import InventoryCore
package import SnapshotFormats

/// What a snapshot says about a baseline, not accepted yet: `ObservedBaseline.accept` consumes it.
///
/// One that is let go of leaves the baseline and its folder as they were.
package struct Observed: ~Copyable, Sendable {
    enum Finding {
        case difference(SnapshotDiff)
        case first(FirstSnapshot)
    }

    let finding: Finding

    /// Whether nothing was observed before: then the positions are in `view`, and there are no deltas.
    package var isFirst: Bool {
        switch finding {
        case .difference: false
        case .first: true
        }
    }

    package var summary: DiffSummary {
        switch finding {
        case .difference(let diff): diff.summary
        case .first(let first): first.summary
        }
    }

    /// The generation of the baseline that the snapshot was compared with.
    package var generation: UInt64 {
        switch finding {
        case .difference(let diff): diff.baseline.generation
        case .first: 0
        }
    }

    /// What planning starts from: the baseline without the deltas, or the first snapshot itself.
    package var view: BaselineView {
        switch finding {
        case .difference(let diff): diff.baseline
        case .first(let first): first.view
        }
    }

    /// Gives every delta, in the order of the snapshot, removals last; none of a first snapshot.
    ///
    /// - Throws: `Fault` with `damaged`.
    package func deltas() throws -> [Delta] {
        switch finding {
        case .difference(let diff): try diff.deltas()
        case .first: []
        }
    }
}

extension DiffBasis {
    /// Finds out what a snapshot changes; the baseline stays as it is.
    ///
    /// Where nothing was observed before, there is nothing to compare: the snapshot is built into a file
    /// beside the baseline's, which costs a tenth of ten million differences, and none of their memory.
    ///
    /// - Parameters:
    ///   - input: the snapshot, not read before.
    ///   - format: how it is written.
    ///   - options: how to go about it.
    ///   - isFirstCompared: whether a first snapshot is compared all the same, so that it has deltas.
    ///   - rejected: takes each listed rejected row, in the order of the snapshot, duplicates last.
    /// - Returns: what was found, for `accept`.
    /// - Throws: `Fault`, and what the input throws.
    package func observe(
        _ input: any ByteSource,
        format: SnapshotFormat,
        options: DiffOptions = DiffOptions(),
        isFirstCompared: Bool = false,
        rejected: (RejectedRow) -> Void
    ) throws -> Observed {
        guard view.generation == 0, view.count == 0, !isFirstCompared else {
            let diff = try self.diff(input, format: format, options: options, rejected: rejected)
            return Observed(finding: .difference(diff))
        }
        let first = try FirstSnapshot(
            of: input,
            format: format,
            beside: view.path,
            options: options,
            rejected: rejected
        )
        return Observed(finding: .first(first))
    }
}

extension ObservedBaseline {
    /// Finds out what a snapshot changes in the baseline as it is now; see `DiffBasis.observe`.
    ///
    /// - Throws: `Fault`, and what the input throws.
    package func observe(
        _ input: any ByteSource,
        format: SnapshotFormat,
        options: DiffOptions = DiffOptions(),
        isFirstCompared: Bool = false,
        rejected: (RejectedRow) -> Void
    ) throws -> Observed {
        try basis.observe(
            input,
            format: format,
            options: options,
            isFirstCompared: isFirstCompared,
            rejected: rejected
        )
    }

    /// Brings what was found out about a snapshot together with what the baseline has taken on since.
    ///
    /// - Parameters:
    ///   - observed: by a basis of this baseline.
    ///   - touched: every position that the baseline has taken a change of since then.
    /// - Returns: what the snapshot changes in the baseline as it is now; nothing where it has to be read
    ///   once more, since the file has been written anew or the snapshot's rows were not looked at.
    /// - Throws: `Fault` with `damaged`.
    package func rebase(
        _ observed: consuming Observed,
        over touched: Set<PositionKey>
    ) throws -> Observed? {
        guard observed.generation != generation else { return observed }
        switch observed.finding {
        case .first: return nil
        case .difference(let diff):
            return try rebase(diff, over: touched) ? Observed(finding: .difference(diff)) : nil
        }
    }

    /// The same for a diff.
    ///
    /// - Returns: whether it could be done.
    /// - Throws: `Fault` with `damaged`.
    package func rebase(_ diff: SnapshotDiff, over touched: Set<PositionKey>) throws -> Bool {
        guard diff.baseline.image === image, !diff.summary.isIdentical else { return false }
        try diff.rebase(onto: view, over: touched)
        return true
    }

    /// Makes an observed snapshot the baseline, durably when this returns.
    ///
    /// Killed at any instant, the file holds the old state or the new one.
    ///
    /// - Parameters:
    ///   - observed: by this baseline, which has not changed since.
    ///   - generation: greater than the present one; of a first snapshot, the next one.
    ///   - others: changes of other origin that come in with it; none with a first snapshot.
    ///   - isHeld: whether a delta is to be left out; held ones are deltas again in the next diff. Called
    ///     with every delta in order; not with a first snapshot, which has none.
    /// - Throws: `Fault` with `stale`, `damaged` or `cannot_write`.
    package func accept(
        _ observed: consuming Observed,
        generation: UInt64,
        with others: [Delta] = [],
        isHeld: ((Delta) -> Bool)? = nil
    ) throws {
        switch observed.finding {
        case .difference(let diff):
            try accept(diff, generation: generation, with: others, isHeld: isHeld)
        case .first(let first): try accept(first, generation: generation)
        }
    }
}
