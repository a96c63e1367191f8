import Metrics
import Synchronization

/// What a series of one name holds, and how it is written.
protocol MetricSeries: AnyObject, Sendable {
    func lines(_ labels: [MetricLabel]) -> [MetricFamily.Line]
}

/// A count that only grows.
final class CounterSeries: MetricSeries, CounterHandler {
    private let value = Atomic<Int64>(0)

    /// A negative amount is none: Prometheus would take it for a restart.
    func increment(by amount: Int64) {
        guard amount > 0 else { return }
        value.wrappingAdd(amount, ordering: .relaxed)
    }

    func reset() {
        value.store(0, ordering: .relaxed)
    }

    func lines(_ labels: [MetricLabel]) -> [MetricFamily.Line] {
        [MetricFamily.Line(labels: labels, value: Double(value.load(ordering: .relaxed)))]
    }
}

/// A value that goes up and down: the last one counts.
final class GaugeSeries: MetricSeries, RecorderHandler, MeterHandler {
    private let bits = Atomic<UInt64>(0)

    func record(_ value: Int64) { set(Double(value)) }
    func record(_ value: Double) { set(value) }
    func set(_ value: Int64) { set(Double(value)) }
    func set(_ value: Double) { bits.store(value.bitPattern, ordering: .relaxed) }
    func decrement(by amount: Double) { increment(by: -amount) }

    func increment(by amount: Double) {
        var old = bits.load(ordering: .relaxed)
        while true {
            let new = (Double(bitPattern: old) + amount).bitPattern
            let (exchanged, original) = bits.compareExchange(expected: old, desired: new, ordering: .relaxed)
            if exchanged { return }
            old = original
        }
    }

    func lines(_ labels: [MetricLabel]) -> [MetricFamily.Line] {
        [MetricFamily.Line(labels: labels, value: Double(bitPattern: bits.load(ordering: .relaxed)))]
    }
}

/// How many values were at most so large, for fixed bounds; durations are in seconds.
final class HistogramSeries: MetricSeries, RecorderHandler, TimerHandler {
    private let bounds: [Double]
    private let counted: Mutex<Counted>

    private struct Counted {
        /// One more than there are bounds; not cumulative.
        var buckets: [UInt64]
        var sum = 0.0
    }

    /// Bounds ascend; `+Inf` follows the last by itself.
    init(bounds: [Double]) {
        self.bounds = bounds
        counted = Mutex(Counted(buckets: Array(repeating: 0, count: bounds.count + 1)))
    }

    func recordNanoseconds(_ duration: Int64) { record(Double(duration) / 1e9) }
    func record(_ value: Int64) { record(Double(value)) }

    func record(_ value: Double) {
        guard !value.isNaN else { return }
        let bucket = bounds.firstIndex { value <= $0 } ?? bounds.count
        counted.withLock {
            $0.buckets[bucket] &+= 1
            $0.sum += value
        }
    }

    func lines(_ labels: [MetricLabel]) -> [MetricFamily.Line] {
        let (buckets, sum) = counted.withLock { ($0.buckets, $0.sum) }
        var lines: [MetricFamily.Line] = []
        var count: UInt64 = 0
        for (bound, bucket) in zip(bounds + [.infinity], buckets) {
            count += bucket
            let labels = labels + [MetricLabel("le", MetricText.figure(bound))]
            lines.append(MetricFamily.Line(suffix: "_bucket", labels: labels, value: Double(count)))
        }
        lines.append(MetricFamily.Line(suffix: "_sum", labels: labels, value: sum))
        lines.append(MetricFamily.Line(suffix: "_count", labels: labels, value: Double(count)))
        return lines
    }
}
