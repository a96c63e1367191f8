import InventoryCore
import StateStore

/// Sees what stock events change while a run of a source works on what it has judged.
///
/// To be ended, whatever comes of the run.
struct StockWatch: Sendable {
    private let shop: Shop
    private let source: SourceID
    private let readings: [(baseline: SourceBaseline, reading: Int)]
    private let mark: InboxMark?
    private let version: Int64

    /// Begins with what is known now.
    ///
    /// - Throws: `Fault`.
    init(of shop: Shop, for source: SourceID) async throws {
        (self.shop, self.source) = (shop, source)
        mark = try await shop.state.eventStanding(of: source).mark
        version = try await shop.state.knownDoubts().version
        var readings: [(baseline: SourceBaseline, reading: Int)] = []
        for one in shop.sources where await one.baseline.isOpen {
            readings.append((one.baseline, try await one.baseline.beginReading().reading))
        }
        self.readings = readings
    }

    func end() async {
        for (baseline, reading) in readings { await baseline.endReading(reading) }
    }

    /// Whether events were taken since, or anything has changed that is in doubt.
    ///
    /// Also events that change no stock count: they can be later than what a delivery states.
    ///
    /// - Throws: `Fault`.
    func hasSeenAny() async throws -> Bool {
        if try await shop.state.eventStanding(of: source).mark != mark { return true }
        return try await shop.state.knownDoubts().version != version
    }

    /// The SKUs of which a position has changed since; nothing where that is not known any more.
    func touched() async -> Set<SKU>? {
        var skus: Set<SKU> = []
        for (baseline, reading) in readings {
            guard let keys = await baseline.touched(since: reading) else { return nil }
            for key in keys { skus.insert(key.sku) }
        }
        return skus
    }

    /// What a delivery changes in what its source's baseline is by now; nothing where it has to be read once
    /// more.
    ///
    /// - Throws: `Fault`.
    func caughtUp(_ observation: consuming Observation) async throws -> Observation? {
        guard let own = readings.first(where: { $0.baseline.source == source }) else { return nil }
        return try await own.baseline.caughtUp(observation, own.reading)
    }
}
