import DeltaEngine
import InventoryCore
import SnapshotFormats
import TidegateSettings

/// Compares the deliveries of a source with its baseline: on a queue of its own, because that blocks and the
/// baseline has other work meanwhile.
actor DeliveryReader {
    private let queue: QueueExecutor

    nonisolated var unownedExecutor: UnownedSerialExecutor { queue.asUnownedSerialExecutor() }

    init(of source: SourceID) {
        queue = QueueExecutor(label: "tidegate.reader.\(source)")
    }

    /// How a delivery is read.
    struct Options: Sendable {
        /// Whether a first delivery is compared all the same, so that it has differences.
        var isFirstCompared = false
        /// Whether bytes that are known are not looked at again.
        var looksForIdentical = true
    }

    fileprivate func observe(
        _ intake: SnapshotIntake,
        of source: SourceSettings,
        against basis: DiffBasis,
        _ options: Options,
        memoryMegabytesMax: Int?
    ) throws -> Observation {
        var diff = DiffOptions()
        diff.duplicates = source.duplicates
        diff.looksForIdentical = options.looksForIdentical
        if let memoryMegabytesMax { diff.memoryBytesMax = memoryMegabytesMax << 20 }
        diff.scan.latestInstant = Timestamp.now.adding(seconds: HighWaterMark.aheadSecondsMax)
        var rejectedRows: [RejectedRow] = []
        let observed = try basis.observe(
            try intake.open(),
            format: source.format,
            options: diff,
            isFirstCompared: options.isFirstCompared,
            rejected: { rejectedRows.append($0) }
        )
        return try Observation.of(observed, intake, rejectedRows)
    }
}

extension Source {
    /// Finds out what a delivery changes; the baseline stays as it is.
    ///
    /// - Returns: nothing where the baseline has moved on too far meanwhile: the delivery is read once more then.
    /// - Throws: `Fault`.
    func observe(_ intake: SnapshotIntake, _ options: DeliveryReader.Options) async throws -> Observation? {
        let (reading, basis) = try await baseline.beginReading()
        let observation: Observation
        do {
            observation = try await baseline.reader.observe(
                intake,
                of: settings,
                against: basis,
                options,
                memoryMegabytesMax: baseline.memoryMegabytesMax
            )
        } catch {
            await baseline.endReading(reading)
            throw error
        }
        return try await baseline.caughtUp(observation, reading)
    }
}
