package import InventoryCore
import Metrics
import StateStore
package import TidegatePipeline

/// Counts what happens in a shop, through the metrics API.
package struct ShopCounters: Sendable {
    private let shop: ShopID

    package init(of shop: ShopID) {
        self.shop = shop
    }

    /// Counts the runs that `events` is told of, and tells it.
    package func counting(_ events: @escaping RunEvents) -> RunEvents {
        { event in
            count(event)
            events(event)
        }
    }

    /// Counts what a run tells of itself.
    package func count(_ event: RunEvent) {
        switch event {
        case .ended(let summary):
            // A push alone is no run of a source; what it wrote is counted where it is written down.
            guard let source = summary.source else { return }
            run(of: source, summary.state.rawValue)
            let deltas = summary.counts.deltas
            for (kind, count) in [
                ("added", deltas.added), ("changed", deltas.changed), ("removed", deltas.removed),
            ] {
                let labels = [("shop", shop.text), ("source", source.text), ("kind", kind)]
                Counter(label: "tidegate_deltas_total", dimensions: labels).increment(by: count)
            }
            for (step, seconds) in summary.steps {
                let labels = [("shop", shop.text), ("step", step.rawValue)]
                Timer(label: "tidegate_run_seconds", dimensions: labels).recordSeconds(seconds)
            }
        case .failed(_, let source?, _): run(of: source, RunSummary.State.failed.rawValue)
        case .failed, .began, .step, .progressed, .held, .committed, .noticed, .pushed: break
        }
    }

    private func run(of source: SourceID, _ state: String) {
        let labels = [("shop", shop.text), ("source", source.text), ("state", state)]
        Counter(label: "tidegate_runs_total", dimensions: labels).increment()
    }

    /// Counts events that were received.
    ///
    /// - Parameters:
    ///   - count: How many.
    ///   - source: Whose they are.
    ///   - result: `accepted`, `duplicate`, `stale`, `parked` or `rejected`.
    package func received(_ count: Int, of source: SourceID, _ result: String) {
        guard count > 0 else { return }
        let labels = [("shop", shop.text), ("source", source.text), ("result", result)]
        Counter(label: "tidegate_events_total", dimensions: labels).increment(by: count)
    }

    /// Notes how long after its receipt an event had its effect at the shop.
    package func acknowledged(afterSeconds seconds: Double) {
        let labels = [("shop", shop.text)]
        Timer(label: "tidegate_event_to_ack_seconds", dimensions: labels).recordSeconds(seconds)
    }
}
