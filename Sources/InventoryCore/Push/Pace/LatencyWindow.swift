/// The latest storefront latencies, and the one that 95 of 100 do not exceed.
package struct LatencyWindow: Hashable, Sendable {
    /// Twenty are the fewest in which a 95th percentile is not simply the slowest.
    package static let countMax = 20

    private var milliseconds: [Double] = []
    private var next = 0

    package init() {}

    package mutating func add(milliseconds value: Double) {
        if milliseconds.count < LatencyWindow.countMax {
            milliseconds.append(value)
        } else {
            milliseconds[next] = value
        }
        next = (next + 1) % LatencyWindow.countMax
    }

    /// The nearest-rank percentile of what the window holds; nothing while it is empty.
    package var p95Milliseconds: Double? {
        guard !milliseconds.isEmpty else { return nil }
        let rank = (milliseconds.count * 95 + 99) / 100
        return milliseconds.sorted()[rank - 1]
    }
}
