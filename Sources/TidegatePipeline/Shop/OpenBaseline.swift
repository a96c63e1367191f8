import Crypto
import DeltaEngine
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
    /// The last snapshot, as long as it can be accepted, if nothing was observed before it.
    private var first: FirstBaseline?

    package nonisolated var unownedExecutor: UnownedSerialExecutor { queue.asUnownedSerialExecutor() }

    static func path(in folder: StateFolder) -> String { "\(folder.baselinePath)/observed.baseline" }

    /// Opens the file at the generation that the database knows; anything newer in it is discarded.
    ///
    /// - Throws: `Fault`.
    init(in folder: StateFolder, generation: UInt64, memoryMegabytesMax: Int?) throws {
        self.memoryMegabytesMax = memoryMegabytesMax
        let path = OpenBaseline.path(in: folder)
        FirstBaseline.discard(beside: path)
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
        if let memoryMegabytesMax { baseline.stagedBytesMax = memoryMegabytesMax << 20 }
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

    /// What planning starts from: the deltas of a first snapshot are in it already.
    private var planned: ObservedBaseline { first?.baseline ?? baseline }

    /// Gives the positions of each of the articles in turn, those of a first snapshot that is not accepted
    /// yet among them.
    func placedPositions(ofEach skus: [SKU]) -> PlacedPositions {
        planned.placedPositions(ofEach: skus)
    }

    /// Gives every article that has a position, in byte order, those of a first snapshot that is not accepted
    /// yet among them.
    func skus() throws -> [SKU] {
        var skus: [SKU] = []
        try planned.forEachSKU { skus.append($0) }
        return OpenBaseline.eachOnce(skus)
    }

    /// Gives the articles that a change of rules concerns, in byte order, in the same way.
    func skus(concernedBy change: RulingChange) throws -> [SKU] {
        var skus: [SKU] = []
        var last: SKU?
        var isTaken = false
        var moved: [Location: Bool] = [:]
        try planned.forEach { position in
            let sku = position.key.sku
            if sku != last {
                last = sku
                isTaken = change.concerns(sku)
                if isTaken { skus.append(sku) }
            }
            guard !isTaken, change.movesLocations else { return }
            let location = position.key.location
            let isMoved = moved[location] ?? change.concerns(location)
            moved[location] = isMoved
            guard isMoved else { return }
            isTaken = true
            skus.append(sku)
        }
        return OpenBaseline.eachOnce(skus)
    }

    /// Rows of an article mostly lie together, but later ones follow at the end.
    private static func eachOnce(_ skus: [SKU]) -> [SKU] {
        var sorted = skus.sorted(byBytesOf: \.self)
        var count = 0
        for sku in sorted where count == 0 || sorted[count - 1] != sku {
            sorted[count] = sku
            count += 1
        }
        sorted.removeLast(sorted.count - count)
        return sorted
    }

    /// Compares a snapshot with the baseline, and keeps what it found for `accept`.
    ///
    /// Where nothing was observed before there is nothing to compare, unless `isFirstCompared`.
    ///
    /// - Throws: `Fault`, `Fault`, `Fault`.
    func observe(
        _ intake: SnapshotIntake,
        format: SnapshotFormat,
        duplicates: DuplicateRule,
        isFirstCompared: Bool = false
    ) throws -> Observation {
        forgetObserved()
        var options = DiffOptions()
        options.duplicates = duplicates
        options.rejectedMax = Acceptance.rejectedRowsMax
        if let memoryMegabytesMax { options.memoryBytesMax = memoryMegabytesMax << 20 }
        var rejectedRows: [RejectedRow] = []
        if baseline.generation == 0, !isFirstCompared {
            let first = try FirstBaseline(
                of: intake,
                format: format,
                beside: baseline.path,
                options: options,
                rejected: { rejectedRows.append($0) }
            )
            self.first = first
            return try observation(of: intake, [], first.summary, rejectedRows)
        }
        let found = try baseline.diff(
            try intake.open(),
            format: format,
            options: options,
            rejected: { rejectedRows.append($0) }
        )
        diff = found
        return try observation(of: intake, try found.deltas(), found.summary, rejectedRows)
    }

    private func observation(
        of intake: SnapshotIntake,
        _ deltas: [Delta],
        _ summary: DiffSummary,
        _ rejectedRows: [RejectedRow]
    ) throws -> Observation {
        let sha256 = intake.isNumberedOrSummed ? try SnapshotFile.sha256(path: intake.path) : nil
        return Observation(
            deltas: deltas,
            isFirst: first != nil,
            statistics: try statistics(of: summary, deltas),
            rejectedRows: rejectedRows,
            sha256: sha256,
            digest: sha256 ?? OpenBaseline.digest(of: summary.content)
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
    /// The new generation counts only once the database names it. `accepted` is in the order of the diff,
    /// which has `all` deltas.
    func accept(_ accepted: [Delta], of all: Int) throws -> UInt64 {
        let next = baseline.generation + 1
        defer { forgetObserved() }
        if let first {
            baseline = try first.accept(as: baseline.path)
        } else if let diff, accepted.count == all {
            try baseline.accept(diff, generation: next)
        } else if let diff {
            var taken = 0
            try baseline.accept(diff, generation: next) { delta in
                guard taken < accepted.count, accepted[taken].key == delta.key else { return true }
                taken += 1
                return false
            }
        } else {
            preconditionFailure("a snapshot is observed before it is accepted")
        }
        return next
    }

    /// Applies deltas of an earlier snapshot, which were held back; durable when it returns.
    ///
    /// The new generation counts only once the database names it.
    func accept(held deltas: [Delta]) throws -> UInt64 {
        forgetObserved()
        let next = baseline.generation + 1
        try baseline.accept(deltas, generation: next)
        return next
    }

    /// Forgets a snapshot that was observed and is not accepted.
    func forgetObserved() {
        diff = nil
        first = nil
    }

    /// Folds a long log into a new base; for when nothing urgent waits.
    func foldIfDue() throws {
        guard baseline.isFoldDue else { return }
        diff = nil
        try baseline.fold()
    }

    private func statistics(of summary: DiffSummary, _ deltas: [Delta]) throws -> SnapshotStatistics {
        var statistics = SnapshotStatistics()
        statistics.rows = summary.rows
        statistics.rejected = summary.rejected
        statistics.asOf = summary.newestAsOf
        guard !summary.isIdentical else {
            // Its rows were not looked at again: it is what was judged and accepted before.
            statistics.positions = baseline.count
            statistics.nonZeroPositions = baseline.count
            return statistics
        }
        for (location, counted) in summary.locations {
            statistics.positions += counted.positionsAfter
            statistics.locations[location] = LocationStatistics(counted)
        }
        let hasStock = summary.locations.values.contains { $0.netAfter != 0 }
        statistics.nonZeroPositions = hasStock ? statistics.positions : try nonZeroPositions(deltas)
        return statistics
    }

    /// Counts what the snapshot states other than 0, where the totals leave it open.
    private func nonZeroPositions(_ deltas: [Delta]) throws -> Int {
        let touched = Set(deltas.map(\.key))
        var count = deltas.count { $0.after.map { $0 != .zero } ?? false }
        try planned.forEach { position in
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
        totalAbsent = counted.netAbsent
        totalBefore = counted.netBefore
        totalAfter = counted.netAfter
    }
}
