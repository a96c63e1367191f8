import InventoryCore
import TestSupport

/// A warehouse, an ERP that exports it, and trouble: a seeded course of deliveries.
struct DoubtCourse {
    struct Delivery {
        let source: SourceID
        let scope: SnapshotScope
        var rows: [String]
        let asOf: Int64?
        /// What really lies there, by SKU.
        let truth: [String: Int]
    }

    /// What may happen.
    struct Kind {
        var isTroubled = true
        var hasPartial = true
        var hasTimes = true
        /// Stock comes and goes; otherwise it only moves.
        var isTraded = true
        /// At most one position of each SKU is unclear at a time, and for at most one delivery.
        var isSparse = false
        var sources: [SourceID] = ["leeds", "york"]
    }

    static let skus = ["A", "B", "C"]
    static let places: [SourceID: [String]] = ["leeds": ["L1", "L2", "L3"], "york": ["Y1", "Y2"]]

    private(set) var deliveries: [Delivery] = []
    private var random: SplitMix64
    private let kind: Kind
    private var stock: [String: [String: Int]] = [:]
    /// When the unclear position of a SKU was unclear last, where there may be only one.
    private var unclear: [String: Int] = [:]

    init(seed: UInt64, _ kind: Kind = Kind(), deliveries count: Int = 24) {
        random = SplitMix64(state: seed)
        self.kind = kind
        for sku in Self.skus {
            for source in kind.sources {
                for place in Self.places[source] ?? [] { stock[sku, default: [:]][place] = random.below(12) }
            }
        }
        for source in kind.sources { deliver(source, at: 0, isFirst: true) }
        for step in 1...count {
            for sku in Self.skus { happen(to: sku) }
            deliver(random.pick(kind.sources), at: step)
        }
    }

    /// All guards that would hold something are out of the way.
    static let unguarded: GuardThresholds = {
        var thresholds = GuardThresholds()
        (thresholds.newlyZeroCountMax, thresholds.absentCountMax) = (.max, .max)
        (thresholds.populationMin, thresholds.fewMin) = (.max, .max)
        thresholds.rejectedRowsPercentMax = 100
        return thresholds
    }()

    private mutating func happen(to sku: String) {
        let places = (stock[sku] ?? [:]).keys.sorted()
        let (from, to) = (random.pick(places), random.pick(places))
        let held = stock[sku]?[from] ?? 0
        let some = held == 0 ? 0 : random.chance(40) ? held : random.below(held + 1)
        switch random.below(kind.isTraded ? 6 : 3) {
        case 0:
            stock[sku]?[from, default: 0] -= some
            stock[sku]?[to, default: 0] += some
        case 3: stock[sku]?[from, default: 0] -= some
        case 4: stock[sku]?[to, default: 0] += random.below(12)
        default: break
        }
    }

    private mutating func deliver(_ source: SourceID, at step: Int, isFirst: Bool = false) {
        let scope: SnapshotScope = kind.hasPartial && !isFirst && random.chance(30) ? .partial : .full
        var rows = ["Z \(source.text) 100"]
        for sku in Self.skus {
            for place in Self.places[source] ?? [] {
                let net = stock[sku]?[place] ?? 0
                if scope == .partial, random.chance(50) { continue }
                if let row = row(sku, place, net, at: isFirst ? nil : step) { rows.append(row) }
            }
        }
        let truth = stock.mapValues { $0.values.reduce(0, +) }
        deliveries.append(
            Delivery(
                source: source,
                scope: scope,
                rows: rows,
                asOf: kind.hasTimes ? Int64(step) : nil,
                truth: truth
            )
        )
    }

    /// The row of a position; nothing where it is left out.
    private mutating func row(_ sku: String, _ place: String, _ net: Int, at step: Int?) -> String? {
        guard let step, kind.isTroubled else {
            return net == 0 && step != nil ? nil : "\(sku) \(place) \(net)"
        }
        if kind.isSparse {
            // The last unclear position of the SKU has been stated again since.
            guard step > unclear[sku] ?? 0, random.chance(10) else { return "\(sku) \(place) \(net)" }
            unclear[sku] = step + 1
            return random.chance(50) ? nil : "\(sku) \(place) n/a"
        }
        switch random.below(20) {
        case 0, 1: return "\(sku) \(place) n/a"
        case 2: return "\(sku) \(place) conflict"
        case 3: return "\(sku) \(place) -\(random.below(4))"
        case 4, 5: return nil
        default: return net == 0 && random.chance(50) ? nil : "\(sku) \(place) \(net)"
        }
    }
}

extension DoubtStage {
    /// An empty stage without guards.
    static var unguarded: DoubtStage {
        var stage = DoubtStage()
        stage.thresholds = DoubtCourse.unguarded
        return stage
    }

    @discardableResult
    mutating func deliver(_ delivery: DoubtCourse.Delivery) -> Judgement {
        deliver(delivery.rows, source: delivery.source, scope: delivery.scope, asOf: delivery.asOf)
    }
}
