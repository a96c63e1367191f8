import DeltaEngine
import Foundation
package import InventoryCore
import SnapshotFormats
import StateStore

/// The observed baseline of one source: one owner, on a queue of its own, because its work blocks.
///
/// It is closed until `open`, and closed again after a commit that failed: whoever needs it next opens it at
/// the generation that the database names, and nothing of the failed commit is left.
package actor SourceBaseline {
    package nonisolated let source: SourceID
    nonisolated let reader: DeliveryReader
    private let queue: QueueExecutor
    private let path: String
    private let memoryMegabytesMax: Int?
    private var opened: ObservedBaseline?
    /// For each reading that goes on: positions that the baseline has taken changes of since it began.
    private var touched: [Int: Set<PositionKey>] = [:]
    private var readings = 0

    /// Where more has changed during one reading, the delivery is read once more.
    private static let touchedMax = 1_000_000

    package nonisolated var unownedExecutor: UnownedSerialExecutor { queue.asUnownedSerialExecutor() }

    /// Where the baseline of a source lies.
    static func path(of source: SourceID, in folder: StateFolder) -> String {
        source == .main
            ? "\(folder.baselinePath)/observed.baseline"
            : "\(folder.baselinePath)/observed-\(source).baseline"
    }

    init(of source: SourceID, in folder: StateFolder, memoryMegabytesMax: Int?) {
        self.source = source
        self.memoryMegabytesMax = memoryMegabytesMax
        path = SourceBaseline.path(of: source, in: folder)
        queue = QueueExecutor(label: "tidegate.baseline.\(source)")
        reader = DeliveryReader(of: source, memoryMegabytesMax: memoryMegabytesMax)
    }

    package var isOpen: Bool { opened != nil }

    /// Opens the file at the generation that the database knows; anything newer in it is discarded.
    ///
    /// - Parameters:
    ///   - generation: 0 before the first accepted delivery.
    ///   - seeds: those that the database knows its deliveries' marks by.
    /// - Throws: `Fault` with a code of the baseline file.
    func open(at generation: UInt64, seeds: [UInt64]?) throws {
        guard opened == nil else { return }
        try FileManager.default.createDirectory(
            atPath: (path as NSString).deletingLastPathComponent,
            withIntermediateDirectories: true
        )
        ObservedBaseline.removeLeftovers(beside: path)
        // Before the first accepted snapshot there is nothing that a file could hold. What was held then is
        // known by its marks all the same.
        let baseline =
            generation > 0
            ? try ObservedBaseline.open(path: path, generation: generation)
            : try ObservedBaseline.empty(path: path, generation: 0, seeds: .known(seeds))
        if generation > 0 { try baseline.require(seeds: seeds) }
        if let memoryMegabytesMax { baseline.stagedBytesMax = memoryMegabytesMax << 20 }
        opened = baseline
    }

    /// Opens the file beside its owner, to look; gives whether there is one.
    ///
    /// - Throws: `Fault` with a code of the baseline file.
    func openForReading(at generation: UInt64, seeds: [UInt64]?) throws -> Bool {
        // One that is lost is not one that nothing was taken into yet.
        guard generation > 0 || FileManager.default.fileExists(atPath: path) else { return false }
        let baseline = try ObservedBaseline.open(path: path)
        if generation > 0 { try baseline.require(seeds: seeds) }
        opened = baseline
        return true
    }

    /// Lets go of the file; what is being read has to be read once more.
    func close() {
        opened = nil
        touched = [:]
    }

    /// Gives memory back that is read again when it is wanted.
    func giveMemoryBack() { opened?.giveMemoryBack() }

    private func baseline() throws(Fault) -> ObservedBaseline {
        if let opened { return opened }
        throw Fault(
            .internalError,
            code: "baseline_closed",
            place: path,
            message: "The baseline was closed after a commit that failed.",
            hint: "Run the command again; it goes on from what was accepted."
        )
    }

    /// What it holds now, for readers on any thread; nothing where there is no file.
    var view: BaselineView? { opened?.view }

    func generation() throws -> UInt64 { try baseline().generation }

    // MARK: read

    /// Says that a delivery is about to be compared with what the baseline is now, whatever it takes
    /// meanwhile.
    ///
    /// - Returns: what it is compared with, and the name of the reading for `caughtUp` or `endReading`.
    /// - Throws: `Fault`.
    func beginReading() throws -> (reading: Int, basis: DiffBasis) {
        let basis = try baseline().basis
        readings += 1
        touched[readings] = []
        return (readings, basis)
    }

    /// Gives the positions that have changed since a reading began; nothing where that is not known any more.
    func touched(since reading: Int) -> Set<PositionKey>? { touched[reading] }

    /// Forgets a reading that came to nothing.
    func endReading(_ reading: Int) {
        touched[reading] = nil
    }

    /// Ends a reading: gives what its delivery changes in what the baseline is by now.
    ///
    /// - Returns: nothing where the delivery has to be read once more.
    /// - Throws: `Fault`.
    func caughtUp(_ observation: consuming Observation, _ reading: Int) throws -> Observation? {
        guard let positions = touched.removeValue(forKey: reading), let opened else { return nil }
        return try observation.rebased(on: opened, over: positions)
    }

    /// Remembers what readings have to catch up with.
    private func note(_ deltas: [Delta]) {
        for reading in touched.keys {
            touched[reading]?.formUnion(deltas.lazy.map(\.key))
            if touched[reading]?.count ?? 0 > SourceBaseline.touchedMax { endReading(reading) }
        }
    }

    /// Takes a change, durably when this returns; the new generation counts only once the database names it.
    ///
    /// - Returns: the generation it has then, the present one where there is nothing to take.
    /// - Throws: `Fault`.
    func take(_ change: consuming BaselineChange) throws -> UInt64 {
        let baseline = try baseline()
        let next = baseline.generation + 1
        switch consume change {
        case .nothing: return baseline.generation
        case .held(let deltas):
            try baseline.accept(deltas, generation: next)
            note(deltas)
        case .observed(let observed, let accepted, let all, let others):
            // Another delivery: what is being read is read once more.
            touched = [:]
            guard !observed.isFirst, accepted.count < all else {
                try baseline.accept(observed, generation: next, with: others)
                break
            }
            var taken = 0
            try baseline.accept(observed, generation: next, with: others) { delta in
                guard taken < accepted.count, accepted[taken].key == delta.key else { return true }
                taken += 1
                return false
            }
        }
        return next
    }

    /// Folds a long log into a new base; for when nothing urgent waits.
    func foldIfDue() throws {
        let baseline = try baseline()
        if baseline.isFoldDue { try baseline.fold() }
    }
}

/// What a baseline takes in a commit.
enum BaselineChange: ~Copyable, Sendable {
    case nothing
    /// Of an observed delivery these differences of all there are, in its order, and others that events make
    /// of it.
    case observed(Observed, accepted: [Delta], of: Int, with: [Delta])
    /// Differences of an earlier delivery, which were held back, or of events.
    case held([Delta])
}

extension KeySeeds {
    /// Those that the database knows, or new ones.
    static func known(_ words: [UInt64]?) -> KeySeeds {
        guard let words, words.count == 2 else { return .random() }
        return KeySeeds(words[0], words[1])
    }
}

extension ObservedBaseline {
    /// Refuses a file whose marks are made under other seeds than those the database knows: it was made
    /// beside the state, from whatever bytes, and states nothing that was accepted.
    ///
    /// - Throws: `baseline_of_another_state`.
    func require(seeds known: [UInt64]?) throws(Fault) {
        guard let known, known != [seeds.first, seeds.second] else { return }
        throw Fault(
            .badInput,
            code: .baselineOfAnotherState,
            place: path,
            message: "The baseline is not the one that the database has accepted deliveries into.",
            hint: "Run `tidegate recover --mend`: it makes it anew from what was accepted."
        )
    }
}
