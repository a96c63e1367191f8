import InventoryCore
import StateStore

/// The list of runs: did the last one work, what changed, when is the next.
struct RunsView: Sendable {
    let mark: StateMark
    let sentence: String
    let sources: [SourceLine]
    let dots: String
    let filters: [ShownLink]
    let rows: [RunRow]
    let isEmpty: Bool
    let older: String?
    let mayOperate: Bool
    let action: String

    /// What a source does next.
    struct SourceLine: Sendable {
        let source: String
        let href: String
        let next: ShownTime?
        let words: String
    }

    static let rowsShown = 50
    private static let dotsShown = 24

    /// Takes the runs that pass the filter, one more than are shown, and `latest`, the newest of all.
    init(
        _ runs: [RunRecord],
        latest: [RunRecord],
        _ agenda: [ServedSource],
        _ filter: RunFilter,
        _ visit: Visit
    ) {
        let (link, now) = (visit.link, visit.now)
        let last = latest.first { $0.state.kind != .running } ?? latest.first
        mark = last.map { StateMark($0.state) } ?? StateMark(.idle, "none yet")
        sentence = last.map { RunsView.sentence($0, at: now) } ?? "No run has been made yet."
        sources = agenda.map { RunsView.line($0, link, at: now) }
        dots = RunsView.dots(latest.prefix(RunsView.dotsShown).reversed(), at: now).html
        filters = RunsView.filters(filter, agenda, link)
        let shown = runs.prefix(RunsView.rowsShown)
        rows = shown.map { RunRow($0, link, at: now) }
        isEmpty = shown.isEmpty
        older =
            runs.count > shown.count
            ? shown.last.map { last in
                link.to(
                    "runs",
                    query: [
                        ("state", filter.state?.rawValue), ("source", filter.source?.text),
                        ("kind", RunsView.kind(of: filter)), ("before", last.id.text),
                    ]
                )
            } : nil
        mayOperate = visit.mayOperate
        action = link.to("runs")
    }

    private static func sentence(_ run: RunRecord, at now: Timestamp) -> String {
        let when = ShownTime(run.started, at: now).words
        let did =
            "\(run.changes.shown("position", "positions")) and "
            + "\(run.levelsToWrite.shown("level", "levels")) changed"
        return switch run.state.kind {
        case .done: "The last run (\(when)) worked: \(did)."
        case .accepted, .running: "The last run (\(when)) is under way: \(did)."
        case .held: "The last run (\(when)) holds something back for a person: \(did)."
        case .rejected, .failed, .interrupted:
            "The last run (\(when)) came to nothing: \(PageText.cut(run.message ?? run.state.word, to: 200))"
        case .superseded: "The last delivery (\(when)) was passed over for a newer one."
        }
    }

    private static func line(_ source: ServedSource, _ link: PageLink, at now: Timestamp) -> SourceLine {
        let words =
            if let pause = source.pause { "paused by \(pause.who): \(pause.reason)" } else if source.isRunning
            {
                "running now"
            } else if source.nextRun == nil { "no schedule" } else { "next run" }
        return SourceLine(
            source: source.source.text,
            href: link.to("sources", source.source.text),
            next: source.isRunning ? nil : source.nextRun.map { ShownTime($0, at: now, isAhead: true) },
            words: words
        )
    }

    private static func dots(_ runs: some Collection<RunRecord>, at now: Timestamp) -> Chart {
        let bad = runs.filter { StateMark($0.state).tone == StateMark.Tone.bad.rawValue }.count
        let says = "\(runs.count) runs, the newest at the right; \(bad) came to nothing."
        return DotRow(
            id: "dots",
            title: "The last runs",
            says: says,
            dots: runs.map { DotRow.Dot(tone: StateMark.tone(of: $0.state), changes: $0.changes) },
            table: Chart.Table(
                "The last runs, the oldest first",
                ["Run", "State", "Positions changed"],
                runs.map { [$0.id.text, $0.state.word, $0.changes.shown] }
            )
        ).chart
    }

    /// As addresses name it: without a state, deliveries are usual, since events come by the thousand.
    private static func kind(of filter: RunFilter) -> String? {
        guard filter.state == nil else { return nil }
        return switch filter.isOfEvents {
        case nil: "all"
        case true?: "events"
        case false?: nil
        }
    }

    private static func filters(_ filter: RunFilter, _ agenda: [ServedSource], _ link: PageLink)
        -> [ShownLink]
    {
        let source = ("source", filter.source?.text)
        var links = [("deliveries", false), ("stock events", true), ("all", nil)].map { text, isOfEvents in
            let kind = RunsView.kind(of: RunFilter(isOfEvents: isOfEvents))
            return ShownLink(
                href: link.to("runs", query: [("kind", kind), source]),
                text: text,
                isCurrent: filter.state == nil && filter.isOfEvents == isOfEvents
            )
        }
        for state in [RunRecord.State.Kind.held, .failed, .rejected] {
            links.append(
                ShownLink(
                    href: link.to("runs", query: [("state", state.rawValue), source]),
                    text: state.rawValue,
                    isCurrent: filter.state == state
                )
            )
        }
        guard agenda.count > 1 else { return links }
        for source in agenda.map(\.source) {
            let isCurrent = filter.source == source
            links.append(
                ShownLink(
                    href: link.to(
                        "runs",
                        query: [
                            ("state", filter.state?.rawValue), ("kind", RunsView.kind(of: filter)),
                            ("source", isCurrent ? nil : source.text),
                        ]
                    ),
                    text: "of \(source)",
                    isCurrent: isCurrent
                )
            )
        }
        return links
    }
}
