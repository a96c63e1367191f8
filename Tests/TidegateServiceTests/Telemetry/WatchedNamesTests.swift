import Foundation
import Testing

@testable import TidegateService

@Suite("What rules, dashboard and page name")
struct WatchedNamesTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../..").standardized

    private static func text(_ path: String) throws -> String {
        try String(contentsOf: root.appending(path: path), encoding: .utf8)
    }

    /// The names of metrics in a text; parts of a histogram count as the histogram.
    private static func names(in text: String) -> Set<String> {
        let words = text.split { !$0.isLetter && !$0.isNumber && $0 != "_" }.map(String.init)
        let named = words.filter { $0.hasPrefix("tidegate_") || $0.hasPrefix("process_") }
        let histograms = Set(KnownMetric.all.filter { $0.kind == .histogram }.map(\.name))
        return Set(
            named.map { name in
                let whole = ["_bucket", "_sum", "_count"].first { name.hasSuffix($0) }
                    .map { String(name.dropLast($0.count)) }
                return whole.map { histograms.contains($0) } ?? false ? whole ?? name : name
            }
        )
    }

    private static let known = Set(KnownMetric.all.map(\.name))

    @Test(
        "the rules and the dashboard name only metrics that the service has",
        arguments: ["config/prometheus-rules.yaml", "config/grafana-dashboard.json"]
    )
    func exist(path: String) throws {
        let names = Self.names(in: try Self.text(path))
        #expect(names.count > 10)
        #expect(names.subtracting(Self.known) == [])
    }

    @Test("the page about watching has every metric, and no other")
    func documented() throws {
        let page = try Self.text("Sources/tidegate/Tidegate.docc/Watching.md")
        let rows = page.split(separator: "\n").filter {
            $0.hasPrefix("| `tidegate_") || $0.hasPrefix("| `process_")
        }
        #expect(Self.names(in: rows.joined(separator: "\n")) == Self.known)
        for row in rows { #expect(Self.names(in: String(row)).count == 1) }
    }

    @Test("every rule has a unit test, a summary and a first step, and the dashboard is JSON with six rows")
    func complete() throws {
        let rules = try Self.text("config/prometheus-rules.yaml")
        let tests = try Self.text("config/prometheus-rules.test.yaml")
        let blocks = rules.components(separatedBy: "- alert: ").dropFirst()
        for block in blocks {
            let name = String(block.prefix { $0.isLetter })
            #expect(tests.contains("alertname: \(name)\n"), "\(name) is not tested")
            #expect(block.contains("summary: \"") && block.contains("first_step: \""), "\(name)")
        }
        #expect(blocks.count >= 9)
        let json = try JSONSerialization.jsonObject(
            with: Data(Self.text("config/grafana-dashboard.json").utf8)
        )
        let panels = try #require((json as? [String: Any])?["panels"] as? [[String: Any]])
        let rows = panels.filter { $0["type"] as? String == "row" }.compactMap { $0["title"] as? String }
        #expect(rows == ["Standing", "Push", "Sources", "Events", "Service", "Web orders"])
    }

    @Test("names are of the right form, and counters alone end with _total")
    func forms() {
        #expect(KnownMetric.all.count == Self.known.count)
        for metric in KnownMetric.all {
            #expect(metric.name.hasSuffix("_total") == (metric.kind == .counter), "\(metric.name)")
            #expect(metric.help.hasSuffix("."), "\(metric.name)")
            #expect(metric.bounds == metric.bounds.sorted())
        }
    }
}
