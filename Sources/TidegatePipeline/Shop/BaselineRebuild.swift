import DeltaEngine
import Foundation
package import InventoryCore
import SnapshotSources
import StateStore
package import TidegateSettings

/// Makes the observed baseline of a state folder anew from the archived snapshots, for when its file is lost
/// or damaged.
///
/// A snapshot counts if everything in it was accepted. Of full ones the newest is enough; partial ones are
/// read one after the other, and what none of them lists is not in the new baseline. What was observed in
/// between is found again by the next run, which is judged as any other, and works out every article.
package struct BaselineRebuild {
    /// What the new baseline was made of.
    package struct Outcome: Sendable {
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

    /// Makes it; until it is whole and durable, the old file stays as it is.
    ///
    /// - Throws: `Fault`: nothing accepted yet (66), no archived snapshot that will do (66), busy (75).
    package func perform() async throws -> Outcome {
        do {
            guard folder.holdsState else { throw nothing("No run has been made yet.") }
            let lock = try FolderLock(folder: folder, command: "tidegate baseline rebuild", at: .now)
            let state = try StateDatabase.open(lock: lock)
            let outcome = try await rebuild(state)
            try state.close()
            return outcome
        } catch {
            throw Fault(error)
        }
    }

    private func rebuild(_ state: StateDatabase) async throws -> Outcome {
        let generation = try await state.generation()
        guard generation > 0 else { throw nothing("No snapshot has been accepted yet.") }
        let snapshots = try await snapshots(state)
        guard !snapshots.isEmpty else {
            throw nothing("The archive has no snapshot of which everything was accepted.")
        }
        let absences = try await state.absences().keys.sorted()
        // First, so that no run ever takes the new baseline for one whose figures are all worked out.
        try await state.workOutEverythingNext()
        let source = settings.source
        let memoryMegabytesMax = settings.store.memoryMegabytesMax
        let path = OpenBaseline.path(in: folder)
        try FileManager.default.createDirectory(
            atPath: folder.baselinePath,
            withIntermediateDirectories: true
        )
        let positions = try await offPool {
            var options = DiffOptions()
            options.duplicates = source.duplicates
            if let memoryMegabytesMax { options.memoryBytesMax = memoryMegabytesMax << 20 }
            let replay = BaselineReplay(source: source, path: path, options: options)
            return try replay.perform(snapshots.map(\.path), absent: absences, generation: generation)
        }
        return Outcome(runs: snapshots.map(\.run), positions: positions)
    }

    /// What the archive has that will do, the oldest first; of full snapshots only the newest.
    private func snapshots(_ state: StateDatabase) async throws -> [ArchivedSnapshot] {
        var usable: [ArchivedSnapshot] = []
        for snapshot in try SnapshotArchive(folder: folder).snapshots() {
            guard let run = try await state.run(snapshot.run), [.accepted, .done].contains(run.state) else {
                continue
            }
            usable.append(snapshot)
            if run.scope == .full { break }
        }
        return usable.reversed()
    }

    private func nothing(_ message: String) -> Fault {
        Fault(
            .inputMissing,
            code: "nothing_to_rebuild_from",
            message: "\(folder.path): \(message)",
            hint: "Move the state folder aside and run `tidegate sync`: it starts anew."
        )
    }
}

/// Reads archived snapshots into a new baseline file.
private struct BaselineReplay {
    let source: SourceSettings
    let path: String
    let options: DiffOptions

    /// - Parameters:
    ///   - paths: of the snapshots, the oldest first.
    ///   - absent: positions that the last snapshots did not list and that are not removed yet: they stay,
    ///     without stock, until the next snapshot decides.
    ///   - generation: that the file is to have in the end.
    /// - Returns: how many positions it has.
    /// - Throws: `Fault`, `Fault`, `Fault`.
    func perform(_ paths: [String], absent: [PositionKey], generation: UInt64) throws -> Int {
        let steps = paths.count - 1 + (absent.isEmpty ? 0 : 1)
        // Each step takes a number of its own, and the last one the number that the database knows.
        let first = generation - UInt64(min(steps, Int(clamping: generation)))
        guard let oldest = paths.first else { return 0 }
        let baseline = try ObservedBaseline.build(
            from: try SnapshotFile.open(path: oldest),
            format: source.format,
            path: path,
            generation: first,
            options: options
        ) { _ in }.baseline
        for (number, next) in paths.dropFirst().enumerated() {
            let diff = try baseline.diff(
                try SnapshotFile.open(path: next),
                format: source.format,
                options: options
            ) { _ in }
            try baseline.accept(diff, generation: first + UInt64(number) + 1, isHeld: { $0.after == nil })
        }
        let kept = absent.filter { baseline.net($0) == nil }
        if !absent.isEmpty {
            try baseline.accept(
                kept.map { Delta(key: $0, change: .added(.zero)) },
                generation: generation
            )
        }
        return baseline.count
    }
}
