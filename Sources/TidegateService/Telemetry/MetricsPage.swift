/// The page at `/metrics`: what was recorded, and what is collected when somebody asks.
package actor MetricsPage {
    /// Gives samples of what is, at the moment of asking.
    package struct Collector: Sendable {
        /// What `tidegate_collector_up` calls it.
        package let name: String
        package let samples: @Sendable () async throws -> [MetricSample]

        package init(_ name: String, samples: @escaping @Sendable () async throws -> [MetricSample]) {
            self.name = name
            self.samples = samples
        }
    }

    /// The media type of the text.
    package static let contentType = MetricText.contentType

    private let factory: PrometheusFactory
    private let collectors: [Collector]
    private let freshSeconds: Double
    private var kept: (text: [UInt8], at: ContinuousClock.Instant)?

    /// Makes a page; a text is kept for `freshSeconds`, so that many askers cost no more than one.
    package init(_ factory: PrometheusFactory, _ collectors: [Collector], freshSeconds: Double = 1) {
        self.factory = factory
        self.collectors = collectors
        self.freshSeconds = freshSeconds
    }

    /// Gives the whole page.
    ///
    /// A collector that fails leaves out its samples and says so with `tidegate_collector_up`.
    package func text() async -> [UInt8] {
        if let kept, kept.at.duration(to: .now) < .seconds(freshSeconds) { return kept.text }
        var samples: [MetricSample] = []
        for collector in collectors {
            var isUp = true
            do {
                samples += try await collector.samples()
            } catch {
                isUp = false
            }
            samples.append(
                MetricSample("tidegate_collector_up", [("collector", collector.name)], isUp ? 1 : 0)
            )
        }
        var text = MetricText()
        for family in MetricsPage.families(factory.recorded(), samples) { text.append(family) }
        kept = (text.bytes, .now)
        return text.bytes
    }

    /// Puts both together, one family a name, in the order of the names.
    static func families(_ recorded: [MetricFamily], _ samples: [MetricSample]) -> [MetricFamily] {
        var families = Dictionary(recorded.map { ($0.name, $0) }) { first, _ in first }
        // What is recorded under a name is not collected, too: the same series twice makes a page invalid.
        let collected = Dictionary(grouping: samples, by: \.name).filter { families[$0.key] == nil }
        for (name, samples) in collected {
            let known = KnownMetric.named(name)
            let lines = Dictionary(samples.map { ($0.labels, $0.value) }) { $1 }
                .sorted { $0.key.lexicographicallyPrecedes($1.key) }
                .map { MetricFamily.Line(labels: $0.key, value: $0.value) }
            families[name] = MetricFamily(
                name: name,
                kind: known?.kind ?? .gauge,
                help: known?.help ?? "Collected when asked.",
                lines: lines
            )
        }
        return families.values.sorted { $0.name < $1.name }
    }
}
