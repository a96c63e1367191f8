import DeltaEngine
import Foundation
import Glibc
package import InventoryCore
import SnapshotFormats
import SnapshotSources
import StateStore
package import TidegateSettings

/// Makes the observed baseline of a state folder anew from the archived snapshots, for when its file is lost
/// or damaged.
///
/// A snapshot counts if everything in it was accepted. Of full ones the newest is enough; partial ones are
/// read one after the other, and what none of them lists is not in the new baseline. What was observed in
/// between is found again by the next run, which is judged as any other, and works out every SKU.
package struct BaselineRebuild {
    /// What the new baseline was made of.
    package struct Outcome: Sendable {
        package let source: SourceID
        /// The oldest first.
        package let runs: [RunID]
        package let positions: Int
    }

    private let settings: Settings
    private let folder: StateFolder

    package init(_ settings: Settings) {
        self.settings = settings
        folder = StateFolder(path: settings.store.path)
    }

    /// Makes the baseline of each source anew of which something was accepted; until one is whole and
    /// durable, its old file stays as it is.
    ///
    /// - Throws: `Fault`: nothing accepted yet (66), no archived snapshot that will do (66), busy (75).
    package func perform() async throws -> [Outcome] {
        do {
            guard folder.holdsState else { throw nothing("No run has been made yet.") }
            let lock = try FolderLock(folder: folder, command: "tidegate baseline rebuild", at: .now)
            let state = try StateDatabase.open(lock: lock)
            // The newest may be one that a killed run has not compressed.
            let copies = ArchiveCopy(state: state, keep: settings.store.archiveKeep)
            try await copies.finish(leftovers: copies.leftovers())
            var outcomes: [Outcome] = []
            for source in settings.sources {
                let generation = try await state.generation(of: source.id)
                if generation > 0 { outcomes.append(try await rebuild(source, at: generation, state)) }
            }
            try state.close()
            guard !outcomes.isEmpty else { throw nothing("No snapshot has been accepted yet.") }
            return outcomes
        } catch {
            throw Fault(error)
        }
    }

    private func rebuild(
        _ source: SourceSettings,
        at generation: UInt64,
        _ state: StateDatabase
    ) async throws -> Outcome {
        let snapshots = try await snapshots(of: source.id, state)
        guard !snapshots.isEmpty else {
            throw nothing("The archive has no delivery of \(source.id).")
        }
        try await requireWhole(snapshots, of: source.id, state)
        let doubts = try await state.doubts().doubts(of: source.id).values.sorted { $0.key < $1.key }
        let events = try await state.events(of: source.id)
        // First, so that no run ever takes the new baseline for one whose figures are all worked out, or its
        // marks, which are made under other seeds, for those of the old one.
        try await state.workOutEverythingNext(rereading: source.id)
        let memoryMegabytesMax = settings.store.memoryMegabytesMax
        let path = SourceBaseline.path(of: source.id, in: folder)
        try FileManager.default.createDirectory(
            atPath: folder.baselinePath,
            withIntermediateDirectories: true
        )
        let positions = try await offPool {
            var options = DiffOptions()
            options.duplicates = source.duplicates
            if let memoryMegabytesMax { options.memoryBytesMax = memoryMegabytesMax << 20 }
            // What is there stays until the new file is whole.
            let unfinished = path + ".rebuilt"
            let replay = BaselineReplay(source: source, path: unfinished, options: options)
            let count = try replay.perform(
                snapshots,
                doubts: doubts,
                events: events,
                generation: generation
            )
            guard rename(unfinished, path) == 0 else {
                throw Fault(
                    .cannotWriteState,
                    code: "cannot_write_state",
                    place: path,
                    message: "Cannot name the new baseline: \(String(cString: strerror(errno))).",
                    hint: "Free space or grant the right to write there, then run it again."
                )
            }
            return count
        }
        return Outcome(source: source.id, runs: snapshots.map(\.run), positions: positions)
    }

    /// Refuses a chain of partial deliveries that begins after the source's first: what only the lost ones
    /// stated would be gone.
    private func requireWhole(
        _ snapshots: [Replayed],
        of source: SourceID,
        _ state: StateDatabase
    ) async throws {
        guard let oldest = snapshots.first, oldest.scope == .partial else { return }
        let first = try await state.firstAccepted(of: source)
        guard first?.id != oldest.run else { return }
        throw nothing(
            "The archive of \(source) reaches back to the run \(oldest.run) only, and to no full delivery."
        )
    }

    /// What the archive has that will do, the oldest first; of full snapshots only the newest.
    private func snapshots(of source: SourceID, _ state: StateDatabase) async throws -> [Replayed] {
        var usable: [Replayed] = []
        for snapshot in try SnapshotArchive(folder: folder).snapshots() {
            guard let run = try await state.run(snapshot.run), run.source == source,
                run.state.isAccepted
            else {
                continue
            }
            usable.append(
                Replayed(run: run.id, path: snapshot.path, scope: run.scope, mapping: run.mapping)
            )
            if run.scope == .full { break }
        }
        return usable.reversed()
    }

    private func nothing(_ message: String) -> Fault {
        Fault(
            .inputMissing,
            code: "nothing_to_rebuild_from",
            message: "\(folder.path): \(message)",
            hint: "The next full delivery will do it: move the state folder aside and run `tidegate sync`."
        )
    }
}

/// A copy in the archive, and how it was read.
private struct Replayed: Sendable {
    let run: RunID
    let path: String
    let scope: SnapshotScope
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

/// Reads archived snapshots into a new baseline file.
private struct BaselineReplay {
    let source: SourceSettings
    let path: String
    let options: DiffOptions

    /// - Parameters:
    ///   - copies: the oldest first.
    ///   - doubts: positions that the last snapshots did not state clearly: they keep their last clear value.
    ///   - events: later than what the snapshots state of their positions.
    ///   - generation: of the finished file.
    /// - Returns: how many positions it has.
    /// - Throws: `Fault`.
    func perform(
        _ copies: [Replayed],
        doubts: [Doubt],
        events: [PositionKey: PositionEvents],
        generation: UInt64
    ) throws -> Int {
        let isStated = doubts.isEmpty && events.isEmpty
        let steps = copies.count - 1 + (isStated ? 0 : 1)
        // Each step takes a number of its own, and the last one the number that the database knows.
        let first = generation - UInt64(min(steps, Int(clamping: generation)))
        guard let oldest = copies.first else { return 0 }
        let built = try ObservedBaseline.build(
            from: try SnapshotFile.open(path: oldest.path),
            format: source.format,
            path: path,
            generation: first,
            options: options
        ) { _ in }
        try oldest.require(built.summary.mapping)
        let baseline = built.baseline
        for (number, next) in copies.dropFirst().enumerated() {
            let diff = try baseline.diff(
                try SnapshotFile.open(path: next.path),
                format: source.format,
                options: options
            ) { _ in }
            try next.require(diff.summary.mapping)
            try baseline.accept(diff, generation: first + UInt64(number) + 1, isHeld: { $0.after == nil })
        }
        if !isStated {
            let view = baseline.view
            var restored = try BaselineReplay.moved(events, in: view)
            // What is in doubt has its last clear value, events and all.
            restored += try doubts.compactMap { doubt -> Delta? in
                switch (try view.net(doubt.key), doubt.last) {
                case (let net?, let last?): Delta(key: doubt.key, change: .changed(from: net, to: last))
                case (nil, let last?): Delta(key: doubt.key, change: .added(last))
                case (let net?, nil): Delta(key: doubt.key, change: .removed(net))
                case (nil, nil): nil
                }
            }
            try baseline.accept(restored, generation: generation)
        }
        return baseline.count
    }

    /// What events make of the positions of the snapshots.
    private static func moved(
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
