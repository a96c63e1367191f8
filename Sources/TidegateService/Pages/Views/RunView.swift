import InventoryCore
import StateStore
import TidegatePipeline

/// One run: did it work, what changed, where did the time go.
struct RunView: Sendable {
    let id: String
    let mark: StateMark
    let sentence: String
    let facts: [Fact]
    let message: String?
    let funnel: String
    let steps: String?
    let held: String?
    let heldLink: String
    let rejected: [Rejected]
    let rejectedMore: String?
    let documents: [ShownLink]

    /// One thing that is known of it.
    struct Fact: Sendable {
        let name: String
        let value: String
        let time: ShownTime?
        let href: String?

        init(_ name: String, _ value: String, href: String? = nil) {
            (self.name, self.value, time, self.href) = (name, value, nil, href)
        }

        init(_ name: String, _ time: Timestamp?, at now: Timestamp) {
            self.name = name
            value = time == nil ? "–" : ""
            self.time = time.map { ShownTime($0, at: now) }
            href = nil
        }
    }

    struct Rejected: Sendable {
        let line: String
        let reason: String
        let message: String
        let sku: String?
        let href: String?
    }

    static let rejectedShown = 20

    /// Takes the rejected rows that are shown and one more, and how long each step took where that is known.
    init(
        _ run: RunRecord,
        held: Int,
        rejected rows: [RejectedRow],
        seconds: [RunStep: Double],
        reverts: [RunID],
        _ visit: Visit
    ) {
        let (link, now) = (visit.link, visit.now)
        let shop = PageLink.escaped(visit.served.id.text)
        let address = "/v1/shops/\(shop)/runs/\(PageLink.escaped(run.id.text))"
        id = run.id.text
        mark = StateMark(run.state)
        sentence =
            "\(run.changes.shown("position", "positions")) and "
            + "\(run.levelsToWrite.shown("level", "levels")) changed."
        message = run.message
        facts = RunView.facts(run, reverts, link, at: now)
        funnel = RunView.funnel(run).html
        steps = seconds.isEmpty ? nil : RunView.waterfall(seconds).html
        self.held = held > 0 ? held.shown("thing waits", "things wait") : nil
        heldLink = link.to("plans", run.id.text)
        rejected = rows.prefix(RunView.rejectedShown).map { row in
            Rejected(
                line: row.line.shown,
                reason: row.reason.rawValue.replacing("_", with: " "),
                message: PageText.cut(row.message, to: 200),
                sku: row.key?.sku.text,
                href: (row.key?.sku).map { link.to($0) }
            )
        }
        rejectedMore = rows.count > RunView.rejectedShown ? run.counts.rejected.shown : nil
        documents = [
            ShownLink(href: "\(address)/plan", text: "the levels that it wrote (JSON)"),
            ShownLink(href: "\(address)/rejected", text: "its rejected rows (JSON)"),
            ShownLink(href: "\(address)/certificate", text: "its certificate (JSON)"),
        ]
    }

    private static func facts(
        _ run: RunRecord,
        _ reverts: [RunID],
        _ link: PageLink,
        at now: Timestamp
    ) -> [Fact] {
        var facts = [
            Fact("Source", run.source.text, href: link.to("sources", run.source.text)),
            Fact("Delivery", run.delivery.isEmpty ? "–" : run.delivery),
            Fact("True as of", run.asOf, at: now),
            Fact("Begun", run.started, at: now),
            Fact("Took", run.finished.map { RunRow.length(from: run.started, to: $0) } ?? "not ended"),
        ]
        if let events = run.events { facts.append(Fact("Stock events", events.shown)) }
        if let reverted = run.reverts {
            facts.append(Fact("Takes back", reverted.text, href: link.to(reverted)))
        }
        for one in reverts { facts.append(Fact("Taken back by", one.text, href: link.to(one))) }
        if let version = run.rulesVersion { facts.append(Fact("Rules", String(version.prefix(12)))) }
        return facts
    }

    /// From what was read to what was written.
    private static func funnel(_ run: RunRecord) -> Chart {
        let counts = run.counts
        let steps: [(String, Int, String)] = [
            ("rows read", counts.rows, "idle"), ("rows rejected", counts.rejected, "bad"),
            ("positions changed", run.changes, "increase"), ("levels wanted", counts.wanted, "idle"),
            ("levels changed", run.levelsToWrite, "good"),
        ]
        return BarRows(
            id: "funnel",
            title: "From the delivery to the shop",
            says: steps.map { "\($0.1.shown) \($0.0)" }.joined(separator: ", ") + ".",
            rows: steps.map { name, count, kind in
                BarRows.Row(
                    label: name,
                    value: count.shown,
                    parts: [BarRows.Part(from: 0, to: Double(count), kind: kind)]
                )
            },
            table: Chart.Table(
                "From the delivery to the shop",
                ["Step", "Count"],
                steps.map { [$0.0, $0.1.shown] }
            )
        ).chart()
    }

    private static func waterfall(_ seconds: [RunStep: Double]) -> Chart {
        var place = 0.0
        var rows: [BarRows.Row] = []
        for step in RunStep.allCases {
            guard let length = seconds[step] else { continue }
            rows.append(
                BarRows.Row(
                    label: step.rawValue,
                    value: RunView.seconds(length),
                    parts: [BarRows.Part(from: place, to: place + length, kind: "increase")]
                )
            )
            place += length
        }
        let longest = seconds.max { $0.value < $1.value }?.key.rawValue ?? "none"
        return BarRows(
            id: "steps",
            title: "Where the time went",
            says: "\(RunView.seconds(place)) in all; the longest step is \(longest).",
            rows: rows,
            table: Chart.Table("Where the time went", ["Step", "Time"], rows.map { [$0.label, $0.value] })
        ).chart()
    }

    private static func seconds(_ seconds: Double) -> String {
        let milliseconds = Int((seconds * 1_000).rounded())
        return milliseconds < 1_000
            ? "\(milliseconds) ms" : "\(milliseconds / 1_000).\(milliseconds / 100 % 10) s"
    }
}
