import Metrics
import Testing

@testable import TidegateService

@Suite("Prometheus text")
struct PrometheusFactoryTests {
    private let factory = PrometheusFactory()

    private func text(_ samples: [MetricSample] = []) -> String {
        var text = MetricText()
        for family in MetricsPage.families(factory.recorded(), samples) { text.append(family) }
        return String(decoding: text.bytes, as: UTF8.self)
    }

    @Test("a counter adds up per series, takes no negative amount, and is called _total")
    func counter() {
        Counter(label: "tidegate.things", dimensions: [("b", "2"), ("a", "1")], factory: factory).increment()
        let same = Counter(label: "tidegate.things", dimensions: [("a", "1"), ("b", "2")], factory: factory)
        same.increment(by: 4)
        same.increment(by: -3)
        Counter(label: "tidegate.things", dimensions: [("a", "9"), ("b", "2")], factory: factory).increment()
        #expect(
            text() == """
                # HELP tidegate_things_total Recorded by a library.
                # TYPE tidegate_things_total counter
                tidegate_things_total{a="1",b="2"} 5
                tidegate_things_total{a="9",b="2"} 1

                """
        )
    }

    @Test("a timer is a histogram in seconds, cumulative, with its sum and count")
    func timer() {
        let timer = Timer(
            label: "tidegate_request_seconds",
            dimensions: [("kind", "write")],
            factory: factory
        )
        timer.recordMilliseconds(7)
        timer.recordMilliseconds(5)
        timer.recordSeconds(90)
        let lines = text().split(separator: "\n").map(String.init)
        #expect(lines[1] == "# TYPE tidegate_request_seconds histogram")
        #expect(lines.contains(#"tidegate_request_seconds_bucket{kind="write",le="0.005"} 1"#))
        #expect(lines.contains(#"tidegate_request_seconds_bucket{kind="write",le="0.01"} 2"#))
        #expect(lines.contains(#"tidegate_request_seconds_bucket{kind="write",le="60"} 2"#))
        #expect(lines.contains(#"tidegate_request_seconds_bucket{kind="write",le="+Inf"} 3"#))
        #expect(lines.contains(#"tidegate_request_seconds_sum{kind="write"} 90.012"#))
        #expect(lines.contains(#"tidegate_request_seconds_count{kind="write"} 3"#))
    }

    @Test("recorders and meters are gauges; a library's names are made to fit")
    func gauges() {
        Gauge(label: "queue.depth", dimensions: [("le", "x"), ("1st-label", "y")], factory: factory).record(
            2.5
        )
        let meter = Meter(label: "9lives", factory: factory)
        meter.increment(by: 3)
        meter.decrement(by: 1)
        let lines = text().split(separator: "\n").map(String.init)
        #expect(lines.contains(#"queue_depth{_1st_label="y",labelle="x"} 2.5"#))
        #expect(lines.contains("_9lives 2"))
    }

    @Test("a label's value cannot end its line or its quotes")
    func escaping() {
        let value = "a\"b\\c\nd\re"
        Counter(label: "x", dimensions: [("v", value)], factory: factory).increment()
        #expect(text().contains(#"x_total{v="a\"b\\c\nd e"} 1"#))
    }

    @Test("beyond the most series all others are one, and beyond the most names nothing is kept")
    func bounded() {
        let factory = PrometheusFactory(familiesMax: 2, seriesMax: 3)
        for index in 0..<1000 {
            Counter(label: "a", dimensions: [("i", "\(index)")], factory: factory).increment()
        }
        for index in 0..<1000 { Counter(label: "name\(index)", factory: factory).increment() }
        let families = factory.recorded()
        #expect(families.map(\.name) == ["a_total", "name0_total"])
        #expect(families.first?.lines.count == 4)
        #expect(families.first?.lines.first { $0.labels.first?.value == "other" }?.value == 997)
    }

    @Test("a name of two kinds keeps its first")
    func kinds() {
        Timer(label: "x_seconds", factory: factory).recordSeconds(1)
        Gauge(label: "x_seconds", factory: factory).record(7)
        #expect(text().contains("x_seconds_count 1\n"))
        #expect(!text().contains("gauge"))
    }

    @Test("what is not finite is written as Prometheus reads it")
    func figures() {
        let figures: [Double] = [0, -0.0, 1e15, 1e300, .infinity, -.infinity, .nan, 0.1]
        let texts = ["0", "0", "1000000000000000", "1e+300", "+Inf", "-Inf", "NaN", "0.1"]
        #expect(figures.map(MetricText.figure) == texts)
    }

    @Test("samples stand beside what is recorded, each series once")
    func samples() {
        Counter(label: "a", factory: factory).increment()
        let text = text([
            MetricSample("b", [("l", "1")], 1), MetricSample("b", [("l", "1")], 2),
            MetricSample("a_total", [], 5),
        ])
        #expect(text.contains("a_total 1\n") && !text.contains("a_total 5"))
        #expect(text.contains("# TYPE b gauge\nb{l=\"1\"} 2\n"))
    }

    @Test("many threads at once lose nothing")
    func threads() async {
        let factory = factory
        await withTaskGroup(of: Void.self) { group in
            for worker in 0..<8 {
                group.addTask {
                    for index in 0..<2000 {
                        Counter(label: "c", dimensions: [("w", "\(index % 7)")], factory: factory).increment()
                        Timer(label: "t", factory: factory).recordNanoseconds(Int64(worker))
                        Meter(label: "m", factory: factory).increment(by: 1)
                    }
                }
            }
        }
        let lines = factory.recorded().flatMap { family in family.lines.map { (family.name, $0) } }
        #expect(lines.filter { $0.0 == "c_total" }.reduce(0) { $0 + $1.1.value } == 16_000)
        #expect(lines.first { $0.0 == "t_seconds" && $0.1.suffix == "_count" }?.1.value == 16_000)
        #expect(lines.first { $0.0 == "m" }?.1.value == 16_000)
    }
}
