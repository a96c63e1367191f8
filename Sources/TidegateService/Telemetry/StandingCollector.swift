package import InventoryCore
import StateStore
package import TidegatePipeline

/// What the service knows of a shop beside its state; nothing stands for what is not known.
package struct ServiceNumbers: Sendable {
    package var inboxEvents: [SourceID: Int] = [:]
    package var isCircuitOpen: Bool?
    package var batchRecords: Int?
    /// Sources that run by themselves, and whether each is paused.
    package var isPaused: [SourceID: Bool] = [:]
    package var isPushPaused = false
    /// What the last audit found.
    package var drift: [Drift.Kind: Int]?
    package var heartbeatAgeSeconds: Double?

    package init() {}
}

/// Makes samples of how a shop stands: all that is a state and not a count of events.
package struct StandingCollector: Sendable {
    /// Locations of one source beyond so many are one, called `other`.
    package static let locationsMax = 100

    private let shop: ShopID
    private let figures: @Sendable () async throws -> ShopFigures
    private let numbers: @Sendable () async -> ServiceNumbers
    private let now: @Sendable () -> Timestamp

    /// Collects of a shop.
    ///
    /// - Parameters:
    ///   - shop: The shop's name, a label of every sample.
    ///   - figures: Reads the state; the shop may be closed and opened anew between two calls.
    ///   - numbers: What the service knows.
    ///   - now: The clock.
    package init(
        _ shop: ShopID,
        figures: @escaping @Sendable () async throws -> ShopFigures,
        numbers: @escaping @Sendable () async -> ServiceNumbers,
        now: @escaping @Sendable () -> Timestamp = { .now }
    ) {
        self.shop = shop
        self.figures = figures
        self.numbers = numbers
        self.now = now
    }

    /// The same as part of a page; where the state cannot be read, what the service knows is missing, too.
    package var collector: MetricsPage.Collector {
        MetricsPage.Collector(shop.text) {
            StandingCollector.samples(try await figures(), at: now())
                + StandingCollector.samples(await numbers(), of: shop)
        }
    }

    // MARK: the state

    static func samples(_ figures: ShopFigures, at now: Timestamp) -> [MetricSample] {
        let shop = ("shop", figures.shop.text)
        let backlog = figures.backlog
        var samples = [
            MetricSample("tidegate_writes_in_flight", [shop], Double(backlog.claimed)),
            MetricSample("tidegate_levels_in_question", [shop], Double(backlog.inQuestion)),
            MetricSample("tidegate_held_plans", [shop], Double(figures.heldPlans)),
        ]
        let classes = [
            ("zero", backlog.waiting[.zero, default: 0]),
            ("decrease", backlog.waiting[.decrease, default: 0]),
            ("increase", backlog.waiting[.increase, default: 0]),
            ("blocked", backlog.blocked), ("unresolved", backlog.unresolved), ("parked", backlog.parked),
        ]
        for (name, count) in classes {
            samples.append(MetricSample("tidegate_backlog_levels", [shop, ("class", name)], Double(count)))
        }
        // Every code, so that a rule sees one end.
        for code in InventoryException.Code.allCases {
            let labels = [shop, ("code", code.rawValue), ("owner", code.owner.rawValue)]
            let count = figures.exceptions[code, default: 0]
            samples.append(MetricSample("tidegate_exceptions_open", labels, Double(count)))
            let cases = figures.exceptionCases[code, default: 0]
            samples.append(MetricSample("tidegate_exception_cases_open", labels, Double(cases)))
        }
        for owner in InventoryException.Owner.allCases {
            let opened = figures.exceptionsSince.filter { $0.key.owner == owner }.values.min()
            let age = opened.map { max(0, seconds(from: $0, to: now)) } ?? 0
            let labels = [shop, ("owner", owner.rawValue)]
            samples.append(MetricSample("tidegate_exception_oldest_seconds", labels, age))
        }
        if let orders = figures.orders {
            let oldest = orders.oldest.map { max(0, seconds(from: $0, to: now)) } ?? 0
            let late = orders.oldestUnacknowledged.map { max(0, seconds(from: $0, to: now)) } ?? 0
            samples += [
                MetricSample("tidegate_orders_open", [shop], Double(orders.orders)),
                MetricSample("tidegate_order_lines_open", [shop], Double(orders.lines)),
                MetricSample("tidegate_order_oldest_seconds", [shop], oldest),
                MetricSample("tidegate_order_unacknowledged_seconds", [shop], late),
            ]
        }
        return samples + figures.sources.flatMap { self.samples($0, shop, at: now) }
    }

    private static func samples(
        _ source: ShopFigures.SourceFigures,
        _ shop: (String, String),
        at now: Timestamp
    ) -> [MetricSample] {
        let own = [shop, ("source", source.id.text)]
        var samples = [
            MetricSample("tidegate_source_silent", own, source.isSilent ? 1 : 0),
            MetricSample("tidegate_positions", own, Double(source.positions)),
        ]
        for location in names(of: source.locations) {
            if let stated = source.stated {
                let labels = own + [("location", location)]
                let asOf = Double(stated.microseconds) / 1_000_000
                samples.append(MetricSample("tidegate_source_as_of_seconds", labels, asOf))
            }
            if let confirmed = source.confirmed {
                let labels = [shop, ("location", location), ("source", source.id.text)]
                let lag = max(0, seconds(from: confirmed, to: now))
                samples.append(MetricSample("tidegate_lag_seconds", labels, lag))
            }
        }
        return samples
    }

    /// A source that has stated no location yet is told of all the same, with an empty one.
    private static func names(of locations: [Location]) -> [String] {
        guard !locations.isEmpty else { return [""] }
        let named = locations.prefix(locationsMax).map(\.text)
        return locations.count > locationsMax ? named + [PrometheusFactory.overflow] : named
    }

    // MARK: the service

    static func samples(_ numbers: ServiceNumbers, of id: ShopID) -> [MetricSample] {
        let shop = ("shop", id.text)
        var samples = [MetricSample("tidegate_push_paused", [shop], numbers.isPushPaused ? 1 : 0)]
        if let isOpen = numbers.isCircuitOpen {
            samples.append(MetricSample("tidegate_circuit_open", [shop], isOpen ? 1 : 0))
        }
        if let records = numbers.batchRecords {
            samples.append(MetricSample("tidegate_batch_records", [shop], Double(records)))
        }
        if let age = numbers.heartbeatAgeSeconds {
            samples.append(MetricSample("tidegate_heartbeat_age_seconds", [shop], age))
        }
        for (source, count) in numbers.inboxEvents {
            let labels = [shop, ("source", source.text)]
            samples.append(MetricSample("tidegate_inbox_events", labels, Double(count)))
        }
        for (source, isPaused) in numbers.isPaused {
            let labels = [shop, ("source", source.text)]
            samples.append(MetricSample("tidegate_source_paused", labels, isPaused ? 1 : 0))
        }
        if let drift = numbers.drift {
            for kind in Drift.Kind.allCases {
                let labels = [shop, ("kind", kind.rawValue)]
                samples.append(MetricSample("tidegate_drift_levels", labels, Double(drift[kind, default: 0])))
            }
        }
        return samples
    }

    private static func seconds(from: Timestamp, to: Timestamp) -> Double {
        Double(to.microseconds - from.microseconds) / 1_000_000
    }
}
