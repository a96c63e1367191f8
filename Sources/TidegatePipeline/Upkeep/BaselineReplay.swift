import DeltaEngine
import InventoryCore
import SnapshotFormats
import SnapshotSources
import StateStore
import TidegateSettings

/// Reads archived snapshots into a new baseline file.
struct BaselineReplay {
    let source: SourceSettings
    let path: String
    let options: DiffOptions

    /// What the database knows of a source beside its deliveries.
    struct Known: Sendable {
        /// Positions that the last deliveries did not state clearly: they keep their last clear value.
        let doubts: [Doubt]
        /// Later than what the deliveries state of their positions.
        let events: [PositionKey: PositionEvents]
        /// Locations that another source keeps.
        let refused: Set<Location>
        /// Under which the deliveries are marked: with them the same bytes are known as the same.
        let seeds: [UInt64]?
        /// Rows of other units were in doubt as long as they were stated.
        let units: UnitTable
    }

    /// - Parameters:
    ///   - copies: the oldest first.
    ///   - known: what is put in place of what the copies say.
    ///   - generation: of the finished file, at least 1.
    /// - Returns: how many positions it has.
    /// - Throws: `Fault`.
    func perform(_ copies: [Replayed], known: Known, generation: UInt64) throws -> Int {
        guard let oldest = copies.first else { return 0 }
        // Each step takes a number of its own. Where nothing was accepted of some deliveries there are more
        // steps than the database has counted.
        let steps = UInt64(copies.count)
        var next = generation > steps ? generation - steps : 1
        let built = try ObservedBaseline.build(
            from: try SnapshotFile.open(path: oldest.path),
            format: source.format,
            path: path,
            generation: next,
            seeds: .known(known.seeds),
            options: options
        ) { _ in }
        try oldest.require(built.summary.mapping)
        let baseline = built.baseline
        for copy in copies.dropFirst() {
            let diff = try baseline.diff(
                try SnapshotFile.open(path: copy.path),
                format: source.format,
                options: options
            ) { _ in }
            try copy.require(diff.summary.mapping)
            next += 1
            let units = try unitDoubts(of: diff, in: baseline.view, known.units)
            try baseline.accept(diff, generation: next, isHeld: units.keepsBack)
        }
        let corrections = try corrections(of: baseline.view, known)
        if !corrections.isEmpty { try baseline.accept(corrections, generation: next + 1) }
        if baseline.generation != generation { try baseline.fold(as: generation) }
        return baseline.count
    }

    /// What a later copy, which is a partial delivery's, does not change: what it does not list, unless the
    /// stock is stated in another unit, and rows in a unit that nobody knows.
    private func unitDoubts(
        of diff: SnapshotDiff,
        in view: BaselineView,
        _ units: UnitTable
    ) throws -> UnitDoubts {
        var statement = DeliveryStatement(source: source.id, run: "", scope: .partial, arrived: .now)
        statement.deltas = try diff.deltas()
        var known = KnownOfSource()
        known.units = units
        if units.isEmpty {
            let added = Set(statement.deltas.lazy.filter { $0.before == nil }.map(\.key.sku))
            known.positions = try view.positions(of: added.sorted(byBytesOf: \.self))
        }
        return UnitDoubts(statement, known)
    }

    /// What has to be put otherwise than the copies say.
    private func corrections(of view: BaselineView, _ known: Known) throws -> [Delta] {
        var deltas = try moved(known.events, in: view)
        // What is in doubt has its last clear value, events and all.
        for doubt in known.doubts {
            let net = try view.net(doubt.key)
            let change: Delta.Change? =
                switch (net, doubt.last) {
                case (let net?, let last?): .changed(from: net, to: last)
                case (nil, let last?): .added(last)
                case (let net?, nil): .removed(net)
                case (nil, nil): nil
                }
            if let change { deltas.append(Delta(key: doubt.key, change: change)) }
        }
        guard !(known.units.isEmpty && known.refused.isEmpty) else { return deltas }
        let doubtful = Set(known.doubts.map(\.key))
        var factors = UnitFactors(known.units)
        try view.forEach { position in
            let key = position.key
            // In a unit that nobody knows nothing was ever accepted, but what is in doubt.
            let hasFactor =
                known.units.isEmpty || doubtful.contains(key)
                || factors.perBase(erp: key.unit, of: key.sku) != nil
            guard !hasFactor || known.refused.contains(key.location) else { return }
            deltas.append(Delta(key: key, change: .removed(position.net)))
        }
        return deltas
    }

    /// What events make of the positions of the snapshots.
    private func moved(
        _ events: [PositionKey: PositionEvents],
        in view: BaselineView
    ) throws -> [Delta] {
        var deltas: [Delta] = []
        for (key, own) in events.sorted(by: { $0.key < $1.key }) {
            let net = try view.net(key)
            guard let base = own.level?.net ?? net else { continue }
            let value = try own.value(on: base)
            deltas.append(
                Delta(key: key, change: net.map { .changed(from: $0, to: value) } ?? .added(value))
            )
        }
        return deltas
    }
}

/// A copy in the archive, and how it was read.
struct Replayed: Sendable {
    let run: RunID
    let path: String
    /// Nothing of runs of before this was kept.
    let mapping: String?

    /// Refuses to read the copy otherwise than it was read.
    func require(_ mapping: SnapshotMapping?) throws(Fault) {
        guard let before = self.mapping, let now = mapping?.text, now != before else { return }
        throw Fault(
            .badConfiguration,
            code: "mapping_differs",
            place: path,
            message: "The run \(run) was read by other columns, constants or dialect than the configuration "
                + "has now.",
            hint: "Rebuild with the configuration of then; change it afterwards."
        )
    }
}
