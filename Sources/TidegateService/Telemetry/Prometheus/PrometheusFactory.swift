package import Metrics
import Synchronization

/// Keeps what the metrics API records, for a page in the text format of Prometheus.
///
/// Timers become histograms in seconds, recorders gauges, and aggregating recorders histograms. Names follow
/// the rules of Prometheus; see `MetricName`. The number of series is bounded: what comes beyond that has
/// `other` for every label. A name that is used for two kinds keeps its first; the second is recorded
/// nowhere.
package final class PrometheusFactory: MetricsFactory {
    private let families = Mutex<[String: Family]>([:])
    private let familiesMax: Int
    private let seriesMax: Int

    /// The value of each label of what does not fit any more.
    static let overflow = "other"

    private struct Family {
        let kind: MetricKind
        let help: String
        let bounds: [Double]
        var series: [[MetricLabel]: any MetricSeries] = [:]
    }

    /// Makes an empty factory.
    ///
    /// - Parameters:
    ///   - familiesMax: The most names.
    ///   - seriesMax: The most series of one name, the one named `other` not counted.
    package init(familiesMax: Int = 200, seriesMax: Int = 500) {
        self.familiesMax = familiesMax
        self.seriesMax = seriesMax
    }

    package func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        series(MetricName.family(label, .counter), .counter, dimensions) { _ in CounterSeries() }
    }

    package func makeRecorder(
        label: String,
        dimensions: [(String, String)],
        aggregate: Bool
    ) -> any RecorderHandler {
        guard aggregate else {
            return series(MetricName.family(label, .gauge), .gauge, dimensions) { _ in GaugeSeries() }
        }
        return histogram(MetricName.family(label, .histogram), dimensions)
    }

    package func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        series(MetricName.family(label, .gauge), .gauge, dimensions) { _ in GaugeSeries() }
    }

    package func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        histogram(MetricName.family(label, .histogram, isDuration: true), dimensions)
    }

    // A series that went away and came back would look like a restart, so what was recorded stays.
    package func destroyCounter(_ handler: any CounterHandler) {}
    package func destroyRecorder(_ handler: any RecorderHandler) {}
    package func destroyMeter(_ handler: any MeterHandler) {}
    package func destroyTimer(_ handler: any TimerHandler) {}

    /// Everything recorded so far, by name and labels.
    func recorded() -> [MetricFamily] {
        families.withLock { $0 }.sorted { $0.key < $1.key }.map { name, family in
            let series = family.series.sorted { $0.key.lexicographicallyPrecedes($1.key) }
            return MetricFamily(
                name: name,
                kind: family.kind,
                help: family.help,
                lines: series.flatMap { $1.lines($0) }
            )
        }
    }

    private func histogram(_ name: String, _ dimensions: [(String, String)]) -> HistogramSeries {
        series(name, .histogram, dimensions) { HistogramSeries(bounds: $0) }
    }

    private func series<Series: MetricSeries>(
        _ name: String,
        _ kind: MetricKind,
        _ dimensions: [(String, String)],
        _ make: (_ bounds: [Double]) -> Series
    ) -> Series {
        // A label that is stated twice has its last value.
        let values = Dictionary(dimensions.map { (MetricName.label($0), $1) }) { $1 }
        let labels = values.map { MetricLabel($0, $1) }.sorted()
        return families.withLock { families in
            let known = KnownMetric.named(name)
            var family =
                families[name]
                ?? Family(
                    kind: kind,
                    help: known?.help ?? "Recorded by a library.",
                    bounds: known?.bounds ?? KnownMetric.seconds
                )
            let isKnownName = families[name] != nil || families.count < familiesMax
            guard isKnownName, family.kind == kind else { return make(family.bounds) }
            defer { families[name] = family }
            if let series = family.series[labels] as? Series { return series }
            var own = labels
            if family.series.count >= seriesMax {
                own = labels.map { MetricLabel($0.name, PrometheusFactory.overflow) }
                if let series = family.series[own] as? Series { return series }
            }
            let series = make(family.bounds)
            family.series[own] = series
            return series
        }
    }
}
