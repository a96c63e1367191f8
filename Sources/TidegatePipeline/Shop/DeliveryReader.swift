import DeltaEngine
import InventoryCore
import SnapshotFormats
import TidegateSettings

/// Compares the deliveries of a source with its baseline: on a queue of its own, because that blocks and the
/// baseline has other work meanwhile.
actor DeliveryReader {
    private let queue: QueueExecutor
    private let memoryMegabytesMax: Int?

    nonisolated var unownedExecutor: UnownedSerialExecutor { queue.asUnownedSerialExecutor() }

    init(of source: SourceID, memoryMegabytesMax: Int?) {
        self.memoryMegabytesMax = memoryMegabytesMax
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
        _ options: Options
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

extension Shop {
    /// Finds out what a delivery of a source changes; its baseline stays as it is.
    ///
    /// Stock events go on while it is read. Where they move the baseline too far, it is read once more
    /// without them.
    ///
    /// - Throws: `Fault`.
    func observe(
        _ intake: SnapshotIntake,
        of source: Source,
        _ options: DeliveryReader.Options
    ) async throws -> Observation {
        for isLent in [true, false] {
            try await makeReady()
            if let observation = try await observe(intake, of: source, options, isLent: isLent) {
                return observation
            }
        }
        throw Fault(
            .internalError,
            code: .baselineStale,
            place: intake.path,
            message: "The baseline has changed while a run had the shop for itself.",
            hint: "Nothing of the delivery was taken; run `tidegate sync` once more."
        )
    }

    private func observe(
        _ intake: SnapshotIntake,
        of source: Source,
        _ options: DeliveryReader.Options,
        isLent: Bool
    ) async throws -> Observation? {
        let baseline = source.baseline
        let (reading, basis) = try await baseline.beginReading()
        func read() async throws -> Observation {
            try await baseline.reader.observe(intake, of: source.settings, against: basis, options)
        }
        let observation: Observation
        do {
            observation = isLent ? try await lending(read) : try await read()
        } catch {
            await baseline.endReading(reading)
            throw error
        }
        return try await baseline.caughtUp(observation, reading)
    }
}
