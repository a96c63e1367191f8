import Foundation
import InventoryCore
import Metrics
import OroClient
import ShopSupport
import StateStore
import Testing
import TidegatePipeline

@testable import TidegateService

@Suite("The metrics page")
struct MetricsPageTests {
    private static func figures() -> ShopFigures {
        var backlog = Backlog()
        backlog.waiting = [.zero: 2, .increase: 5]
        backlog.refused = 1
        backlog.claimed = 3
        let now = Timestamp(microseconds: 1_000_000_000)
        return ShopFigures(
            shop: "main",
            backlog: backlog,
            exceptions: [.drift: 4],
            exceptionsSince: [.drift: now.adding(seconds: -60), .oversold: now.adding(seconds: -90)],
            heldPlans: 1,
            sources: [
                ShopFigures.SourceFigures(
                    "erp",
                    stated: now.adding(seconds: -10),
                    confirmed: now.adding(seconds: -20),
                    isSilent: true,
                    positions: 7,
                    at: ["A", "B"]
                )
            ]
        )
    }

    private static func page(_ factory: PrometheusFactory = PrometheusFactory()) -> MetricsPage {
        var numbers = ServiceNumbers()
        numbers.isCircuitOpen = true
        numbers.inboxEvents = ["erp": 9]
        numbers.isPaused = ["erp": false]
        numbers.drift = [.manual: 2]
        numbers.heartbeatAgeSeconds = 0.5
        numbers.batchRecords = 100
        let standing = StandingCollector(
            "main",
            figures: { figures() },
            numbers: { [numbers] in numbers },
            now: { Timestamp(microseconds: 1_000_000_000) }
        )
        return MetricsPage(factory, [standing.collector, .process(version: "1.2.3")])
    }

    @Test("the standing of a shop is on the page, with its labels")
    func standing() async {
        let lines = String(decoding: await Self.page().text(), as: UTF8.self).split(separator: "\n")
        for line in [
            #"tidegate_backlog_levels{class="zero",shop="main"} 2"#,
            #"tidegate_backlog_levels{class="decrease",shop="main"} 0"#,
            #"tidegate_backlog_levels{class="parked",shop="main"} 1"#,
            #"tidegate_writes_in_flight{shop="main"} 3"#,
            #"tidegate_exceptions_open{code="drift",owner="operations",shop="main"} 4"#,
            #"tidegate_exceptions_open{code="oversold",owner="operations",shop="main"} 0"#,
            #"tidegate_exception_oldest_seconds{owner="operations",shop="main"} 90"#,
            #"tidegate_exception_oldest_seconds{owner="sales",shop="main"} 0"#,
            #"tidegate_held_plans{shop="main"} 1"#,
            #"tidegate_source_as_of_seconds{location="B",shop="main",source="erp"} 990"#,
            #"tidegate_lag_seconds{location="A",shop="main",source="erp"} 20"#,
            #"tidegate_source_silent{shop="main",source="erp"} 1"#,
            #"tidegate_circuit_open{shop="main"} 1"#, #"tidegate_batch_records{shop="main"} 100"#,
            #"tidegate_inbox_events{shop="main",source="erp"} 9"#,
            #"tidegate_drift_levels{kind="manual",shop="main"} 2"#,
            #"tidegate_collector_up{collector="main"} 1"#, #"tidegate_build_info{version="1.2.3"} 1"#,
        ] {
            #expect(lines.contains { $0 == line }, "\(line) is missing")
        }
    }

    @Test("every name on the page is known, has its help and its kind")
    func names() async {
        let text = String(decoding: await Self.page().text(), as: UTF8.self)
        for line in text.split(separator: "\n") where line.hasPrefix("# TYPE ") {
            let words = line.split(separator: " ").map(String.init)
            let known = KnownMetric.named(words[2])
            #expect(known?.kind.rawValue == words[3], "\(line)")
        }
        #expect(text.contains("# HELP tidegate_held_plans Runs of which"))
    }

    @Test("locations of a source beyond the most are one")
    func manyLocations() {
        let now = Timestamp(microseconds: 1_000_000_000)
        let source = ShopFigures.SourceFigures(
            "erp",
            stated: now,
            confirmed: nil,
            isSilent: false,
            positions: 1,
            at: (0..<500).map { Location("L\($0)") }
        )
        let figures = ShopFigures(
            shop: .main,
            backlog: Backlog(),
            exceptions: [:],
            exceptionsSince: [:],
            heldPlans: 0,
            sources: [source]
        )
        let samples = StandingCollector.samples(figures, at: now)
        let asOf = samples.filter { $0.name == "tidegate_source_as_of_seconds" }
        #expect(asOf.count == StandingCollector.locationsMax + 1)
        #expect(asOf.contains { $0.labels.contains(MetricLabel("location", "other")) })
        #expect(!samples.contains { $0.name == "tidegate_lag_seconds" })
    }

    @Test("given a collector that fails, then the page says so, and has the others")
    func failing() async {
        struct Unreadable: Error {}
        let page = MetricsPage(
            PrometheusFactory(),
            [MetricsPage.Collector("main") { throw Unreadable() }, .process(version: "1")]
        )
        let text = String(decoding: await page.text(), as: UTF8.self)
        #expect(text.contains(#"tidegate_collector_up{collector="main"} 0"#))
        #expect(text.contains("\nprocess_open_fds "))
    }

    @Test("given many askers at once, then the state is read once")
    func kept() async {
        let counter = PrometheusFactory()
        let asked = Counter(label: "asked", factory: counter)
        let collector = MetricsPage.Collector("main") {
            asked.increment()
            return []
        }
        let page = MetricsPage(PrometheusFactory(), [collector], freshSeconds: 600)
        for _ in 0..<20 { _ = await page.text() }
        #expect(counter.recorded().first?.lines.first?.value == 1)
    }

    @Test("the kernel's figures of this process are there")
    func process() {
        let figures = ProcessFigures.now()
        #expect(figures.residentBytes > 1_000_000 && figures.virtualBytes >= figures.residentBytes)
        #expect(figures.openFiles >= 3 && figures.openFilesMax >= figures.openFiles)
        #expect(figures.cpuSeconds > 0)
        #expect(
            figures.startSeconds > 1_600_000_000 && figures.startSeconds <= Date().timeIntervalSince1970 + 1
        )
    }

    @Test("each request to the shop is counted and timed by its kind")
    func requests() async throws {
        let factory = PrometheusFactory()
        try await ShopUnderTest.run { shop in
            await withMetricsFactory(factory) {
                for _ in 0..<3 { #expect(await shop.client.probe() == nil) }
            }
        }
        var text = MetricText()
        for family in factory.recorded() { text.append(family) }
        let lines = String(decoding: text.bytes, as: UTF8.self)
        #expect(lines.contains(#"tidegate_requests_total{code="200",kind="read"} 3"#))
        #expect(lines.contains(#"tidegate_request_seconds_count{kind="read"} 3"#))
    }

    @Test("runs, deltas and events are counted by source")
    func counters() {
        let factory = PrometheusFactory()
        withMetricsFactory(factory) {
            let counters = ShopCounters(of: "main")
            var record = RunRecord(
                id: "r1",
                state: .done(at: Timestamp(microseconds: 0)),
                source: "erp",
                scope: .full,
                started: Timestamp(microseconds: 0)
            )
            record.counts.deltas.added = 3
            var summary = RunSummary(intake: record)
            summary.steps = [.read: 0.2]
            counters.count(.ended(summary))
            let fault = Fault(.inputMissing, code: "x", message: "", hint: "")
            counters.count(.failed(run: nil, source: "erp", fault))
            counters.count(.failed(run: nil, source: nil, fault))
            counters.received(5, of: "erp", "accepted")
            counters.received(0, of: "erp", "stale")
            counters.acknowledged(afterSeconds: 0.02)
        }
        var text = MetricText()
        for family in factory.recorded() { text.append(family) }
        let lines = String(decoding: text.bytes, as: UTF8.self)
        #expect(lines.contains(#"tidegate_runs_total{shop="main",source="erp",state="done"} 1"#))
        #expect(lines.contains(#"tidegate_runs_total{shop="main",source="erp",state="failed"} 1"#))
        #expect(lines.contains(#"tidegate_deltas_total{kind="added",shop="main",source="erp"} 3"#))
        #expect(lines.contains(#"tidegate_run_seconds_bucket{shop="main",step="read",le="0.25"} 1"#))
        #expect(lines.contains(#"tidegate_events_total{result="accepted",shop="main",source="erp"} 5"#))
        #expect(!lines.contains("stale"))
        #expect(lines.contains(#"tidegate_event_to_ack_seconds_count{shop="main"} 1"#))
    }
}
