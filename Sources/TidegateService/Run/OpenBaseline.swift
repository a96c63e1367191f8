import Crypto
import Dispatch
import Foundation
import InventoryCore
import SnapshotFormats
import SnapshotSources
import StateStore

/// The observed baseline of an opened state folder: one
/// owner, on a queue of its own, because its work blocks.
package actor OpenBaseline {
    private let queue = QueueExecutor(label: "tidegate.baseline")
    private var baseline: ObservedBaseline
    private let memoryMegabytesMax: Int?
    /// The last diff, as long as it can be accepted.
    private var diff: SnapshotDiff?

    package nonisolated var unownedExecutor: UnownedSerialExecutor { queue.asUnownedSerialExecutor() }

    static func path(in folder: StateFolder) -> String { "\(folder.baselinePath)/observed.baseline" }

    /// Opens the file at the generation that the database knows; anything newer in it is discarded.
    ///
    /// - Throws: `BaselineError`.
    init(in folder: StateFolder, generation: UInt64, memoryMegabytesMax: Int?) throws {
        self.memoryMegabytesMax = memoryMegabytesMax
        let path = OpenBaseline.path(in: folder)
        try FileManager.default.createDirectory(
            atPath: folder.baselinePath,
            withIntermediateDirectories: true
        )
        // Before the first accepted snapshot there is nothing that a file could hold.
        let isUsed = generation > 0 && FileManager.default.fileExists(atPath: path)
        baseline =
            isUsed || generation > 0
            ? try ObservedBaseline.open(path: path, generation: generation)
            : try ObservedBaseline.empty(path: path, generation: 0)
    }

    /// Opens the file beside its owner, to look; nothing where there is none yet.
    init?(lookingIn folder: StateFolder) throws {
        memoryMegabytesMax = nil
        let path = OpenBaseline.path(in: folder)
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        baseline = try ObservedBaseline.open(path: path)
    }

    var count: Int { baseline.count }
    var generation: UInt64 { baseline.generation }

    func positions(of skus: [SKU]) -> [SKU: [Position]] {
        baseline.positions(of: skus)
    }

    /// Gives the positions of each of the articles in turn.
    func positions(ofEach skus: [SKU]) -> [[Position]] {
        baseline.positions(ofEach: skus)
    }

    /// Gives every article that has a position, or those that a change of rules concerns, in byte order.
    func skus(concernedBy change: RulingChange? = nil) throws -> [SKU] {
        var skus: [SKU] = []
        var last: SKU?
        var isTaken = false
        var moved: [Location: Bool] = [:]
        try baseline.forEach { position in
            let sku = position.key.sku
            if sku != last {
                last = sku
                isTaken = change?.concerns(sku) ?? true
                if isTaken { skus.append(sku) }
            }
            guard !isTaken, let change, change.movesLocations else { return }
            let location = position.key.location
            let isMoved = moved[location] ?? change.concerns(location)
            moved[location] = isMoved
            guard isMoved else { return }
            isTaken = true
            skus.append(sku)
        }
        // Rows of an article mostly lie together, but later ones follow at the end.
        return Set(skus).sorted(byBytesOf: \.self)
    }

    /// Compares a snapshot with the baseline, and keeps the diff for `accept`.
    ///
    /// - Throws: `SnapshotError`, `SourceError`, `BaselineError`.
    func observe(
        _ intake: SnapshotIntake,
        format: SnapshotFormat,
        duplicates: DuplicateRule
    ) throws -> Observation {
        diff = nil
        var options = DiffOptions()
        options.duplicates = duplicates
        options.rejectedMax = Acceptance.rejectedRowsMax
        if let memoryMegabytesMax { options.memoryBytesMax = memoryMegabytesMax << 20 }
        var rejectedRows: [RejectedRow] = []
        let found = try baseline.diff(
            try intake.open(),
            format: format,
            options: options,
            rejected: { rejectedRows.append($0) }
        )
        let deltas = try found.deltas()
        let statistics = try statistics(of: found, deltas)
        let sha256 = intake.isNumberedOrSummed ? try SnapshotFile.sha256(path: intake.path) : nil
        diff = found
        return Observation(
            deltas: deltas,
            statistics: statistics,
            isIdentical: found.summary.isIdentical,
            rejectedRows: rejectedRows,
            sha256: sha256,
            digest: sha256 ?? OpenBaseline.digest(of: found.summary.content)
        )
    }

    /// Names the bytes of a snapshot by the hashes that the
    /// diff has made anyway; good for this baseline file only.
    private static func digest(of content: ContentMark) -> String {
        var bytes: [UInt8] = []
        for word in [UInt64(content.lengthBytes)] + content.words {
            withUnsafeBytes(of: word.littleEndian) { bytes.append(contentsOf: $0) }
        }
        return "mark-"
            + SHA256.hash(data: bytes).map { byte in
                (byte < 16 ? "0" : "") + String(byte, radix: 16)
            }.joined()
    }

    /// Makes the observed snapshot the baseline, but for what is held back; durable when it returns.
    ///
    /// The new generation counts only once the database names it. `accepted` is in the order of the diff.
    func accept(_ accepted: [Delta], of all: Int) throws -> UInt64 {
        let next = baseline.generation + 1
        if let diff {
            self.diff = nil
            if accepted.count == all {
                try baseline.accept(diff, generation: next)
            } else {
                var taken = 0
                try baseline.accept(diff, generation: next) { delta in
                    guard taken < accepted.count, accepted[taken].key == delta.key else { return true }
                    taken += 1
                    return false
                }
            }
        } else {
            try baseline.accept(accepted, generation: next)
        }
        return next
    }

    /// Folds a long log into a new base; for when nothing urgent waits.
    func foldIfDue() throws {
        guard baseline.isFoldDue else { return }
        diff = nil
        try baseline.fold()
    }

    private func statistics(of found: SnapshotDiff, _ deltas: [Delta]) throws -> SnapshotStatistics {
        var statistics = SnapshotStatistics()
        statistics.rows = found.summary.rows
        statistics.rejected = found.summary.rejected
        statistics.asOf = found.summary.newestAsOf
        guard !found.summary.isIdentical else {
            // Its rows were not looked at again: it is what was judged and accepted before.
            statistics.positions = baseline.count
            statistics.nonZeroPositions = baseline.count
            return statistics
        }
        for (location, counted) in found.summary.locations {
            statistics.positions += counted.positionsAfter
            statistics.locations[location] = LocationStatistics(counted)
        }
        let hasStock =
            found.summary.isIdentical || found.summary.locations.values.contains { $0.netAfter != 0 }
        statistics.nonZeroPositions = hasStock ? statistics.positions : try nonZeroPositions(deltas)
        return statistics
    }

    /// Counts what the snapshot states other than 0, where the totals leave it open.
    private func nonZeroPositions(_ deltas: [Delta]) throws -> Int {
        let touched = Set(deltas.map(\.key))
        var count = deltas.count { $0.after.map { $0 != .zero } ?? false }
        try baseline.forEach { position in
            if position.net != .zero, !touched.contains(position.key) { count += 1 }
        }
        return count
    }
}

extension LocationStatistics {
    init(_ counted: LocationDiff) {
        self.init()
        positionsBefore = counted.positionsBefore
        newlyZero = counted.newlyZero
        absent = counted.absent
        totalBefore = counted.netBefore
        totalAfter = counted.netAfter
    }
}
