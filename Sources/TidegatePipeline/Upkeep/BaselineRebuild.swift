import DeltaEngine
import Foundation
import Glibc
package import InventoryCore
import StateStore
package import TidegateSettings

/// Makes the observed baseline of a state folder anew from the archived snapshots, for when its file is lost
/// or damaged.
///
/// Of full deliveries the newest accepted one is enough; partial ones are read one after the other, and none
/// may be missing: an older statement would bring figures back that have ended. What the last delivery did
/// not state clearly, what a guard held and what events have moved is put as the database knows it.
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
    /// - Parameter only: the source to do it for; nothing for all.
    /// - Returns: what each was made of, in the order of the configuration.
    /// - Throws: `Fault`: nothing accepted yet (66), deliveries that the archive does not have (66),
    ///   busy (75).
    package func perform(only: SourceID? = nil) async throws -> [Outcome] {
        do {
            guard folder.holdsState else { throw nothing("No run has been made yet.") }
            let lock = try FolderLock(folder: folder, command: "tidegate baseline rebuild", at: .now)
            let state = try StateDatabase.open(lock: lock)
            // The newest may be one that a killed run has not compressed.
            let copies = ArchiveCopy(state: state, keep: settings.store.archiveKeep)
            try await copies.finish(leftovers: copies.leftovers())
            var outcomes: [Outcome] = []
            for source in settings.sources where only.map({ $0 == source.id }) ?? true {
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
        let known = try await known(of: source.id, state)
        // First, so that no run ever takes the new baseline for one whose figures are all worked out, or its
        // marks, where they are made under other seeds, for those of the old one.
        try await state.workOutEverythingNext(rereading: known.seeds == nil ? source.id : nil)
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
            let count = try replay.perform(snapshots, known: known, generation: generation)
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

    /// What the database knows beside the deliveries.
    private func known(of source: SourceID, _ state: StateDatabase) async throws -> BaselineReplay.Known {
        let refused = try await state.openExceptions(code: .locationOfAnotherSource).map(\.exception.subject)
        return BaselineReplay.Known(
            doubts: try await state.doubts().doubts(of: source).values.sorted { $0.key < $1.key },
            events: try await state.events(of: source),
            refused: Set(refused.filter { $0.source == source }.compactMap(\.location)),
            seeds: try await state.baselineSeeds(of: source),
            // Rows were clear by these: what has lost its factor since is put in doubt by the next run.
            units: try await state.unitsInForce() ?? settings.units.table()
        )
    }

    /// The copies of the deliveries that the baseline was made of, the oldest first.
    ///
    /// - Throws: `nothing_to_rebuild_from` where one of them is missing: what it stated would be gone, and
    ///   what it ended would come back.
    private func snapshots(of source: SourceID, _ state: StateDatabase) async throws -> [Replayed] {
        let kept = try SnapshotArchive(folder: folder).snapshots()
        let paths = Dictionary(kept.map { ($0.run, $0.path) }) { first, _ in first }
        let chain = DeliveryChain(try await state.takenRuns(of: source), kept: Set(paths.keys))
        guard let newest = chain.links.first else {
            throw nothing("No delivery of \(source) has been accepted yet.")
        }
        if let missing = chain.missing {
            guard missing.id != newest.newest.id, missing.scope == .partial, let oldest = chain.oldestKept,
                oldest.started > missing.started
            else {
                throw nothing("The archive has no whole copy of the run \(missing.id) of \(source).")
            }
            throw nothing(
                "The archive of \(source) reaches back to the run \(oldest.id) only, and to no full delivery."
            )
        }
        return chain.links.reversed().compactMap { link in
            guard let run = link.copy, let path = paths[run] else { return nil }
            return Replayed(run: run, path: path, mapping: link.newest.mapping)
        }
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
