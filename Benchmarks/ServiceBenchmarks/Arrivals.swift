import Foundation
import OroSimulator
import Synchronization

/// When the shop took writes, seen by looking at its ledger every half millisecond.
final class Arrivals: Sendable {
    private struct State {
        var times: [String: ContinuousClock.Instant] = [:]
        var order: [(sku: String, isZero: Bool)] = []
        var isOver = false
    }

    private let state = Mutex(State())

    init(_ simulator: RunningSimulator) {
        let before = simulator.ledgerCount
        let thread = Thread { [self] in
            var seen = before
            while !state.withLock(\.isOver) {
                let entries = simulator.ledger(after: seen)
                seen += entries.count
                if !entries.isEmpty {
                    let now = ContinuousClock.now
                    state.withLock { state in
                        for entry in entries {
                            state.times[entry.sku] = now
                            state.order.append((entry.sku, entry.quantity == "0"))
                        }
                    }
                }
                usleep(500)
            }
        }
        thread.start()
    }

    func end() { state.withLock { $0.isOver = true } }

    func time(of sku: String) -> ContinuousClock.Instant? { state.withLock { $0.times[sku] } }

    var count: Int { state.withLock(\.times.count) }

    /// The places of the first and the last zero in the order of arrival, and how many writes there were.
    var zeros: (first: Int, last: Int, all: Int)? {
        state.withLock { state in
            guard let first = state.order.firstIndex(where: \.isZero),
                let last = state.order.lastIndex(where: \.isZero)
            else { return nil }
            return (first, last, state.order.count)
        }
    }

    /// Waits until all of these were written; gives those that were not.
    func wait(for skus: [String], seconds: Int) async throws -> [String] {
        let began = ContinuousClock.now
        while began.duration(to: .now) < .seconds(seconds) {
            let missing = state.withLock { state in skus.filter { state.times[$0] == nil } }
            if missing.isEmpty { return [] }
            try await Task.sleep(for: .milliseconds(20))
        }
        return state.withLock { state in skus.filter { state.times[$0] == nil } }
    }
}

/// Durations, and what is said of them.
struct Samples {
    private(set) var seconds: [Double] = []

    mutating func add(_ duration: Duration) { seconds.append(duration / .seconds(1)) }

    /// Percentiles of all of them.
    var text: String {
        let sorted = seconds.sorted()
        guard let last = sorted.last else { return "none" }
        func at(_ share: Double) -> String {
            String(format: "%.1f ms", sorted[min(sorted.count - 1, Int(Double(sorted.count) * share))] * 1000)
        }
        return "p50 \(at(0.5)), p90 \(at(0.9)), p99 \(at(0.99)), max "
            + String(format: "%.1f ms", last * 1000) + " of \(sorted.count)"
    }
}
