import InventoryCore
import StateStore
import TidegatePipeline
import TidegateSettings

/// Whether each source is alive, what its next run is, and how its events are doing.
struct SourcesView: Sendable {
    let mark: StateMark
    let sentence: String
    let ages: String
    let rows: [Row]

    struct Row: Sendable {
        let source: String
        let href: String
        let mark: StateMark
        let asOf: ShownTime?
        let limit: String
        let next: ShownTime?
        let nextWords: String
        let positions: String
        let delivery: String
        let events: String
    }

    init(
        _ sources: [ListedSource],
        _ agenda: [ServedSource],
        events: [SourceID: EventStanding],
        _ link: PageLink,
        at now: Timestamp
    ) {
        rows = sources.map { source in
            Row(
                source,
                agenda.first { $0.source == source.id },
                events[source.id],
                link,
                at: now
            )
        }
        let silent = sources.filter { $0.freshness?.isSilent ?? false }.map(\.id.text)
        let paused = agenda.filter { $0.pause != nil }.map(\.source.text)
        if !silent.isEmpty {
            mark = StateMark(.bad, "silent")
            sentence = "\(silent.joined(separator: ", ")) should have said something by now."
        } else if !paused.isEmpty {
            mark = StateMark(.warn, "paused")
            sentence = "\(paused.joined(separator: ", ")) \(paused.count == 1 ? "is" : "are") paused."
        } else {
            mark = StateMark(.good, "alive")
            let count = sources.count
            sentence = count == 1 ? "The source is alive." : "All \(count.shown) sources are alive."
        }
        ages = SourcesView.chart(sources, at: now).html
    }

    private static func chart(_ sources: [ListedSource], at now: Timestamp) -> Chart {
        let known = sources.prefix(8).map { source in
            (
                name: (source.freshness?.isSilent ?? false ? "▲ " : "● ") + source.id.text,
                age: source.freshness?.ageSeconds,
                limit: source.freshness?.limitSeconds,
                isSilent: source.freshness?.isSilent ?? false
            )
        }
        return BarRows(
            id: "sources",
            title: "Age of the newest statement of each source",
            says: known.map { "\($0.name.dropFirst(2)): \($0.age.map(ShownTime.length) ?? "nothing yet")" }
                .joined(separator: ", ") + ".",
            rows: known.map { one in
                BarRows.Row(
                    label: one.name,
                    value: (one.age.map(ShownTime.length) ?? "nothing yet")
                        + (one.limit.map { " of \(ShownTime.length(Int($0)))" } ?? ""),
                    parts: one.age.map {
                        [BarRows.Part(from: 0, to: Double($0), kind: one.isSilent ? "warn" : "good")]
                    } ?? [],
                    marks: one.limit.map { [BarRows.Mark(at: $0, kind: "limit")] } ?? []
                )
            },
            table: Chart.Table(
                "Age of the newest statement of each source",
                ["Source", "Age", "May be"],
                known.map { one in
                    [
                        String(one.name.dropFirst(2)), one.age.map(ShownTime.length) ?? "nothing yet",
                        one.limit.map { ShownTime.length(Int($0)) } ?? "any",
                    ]
                }
            )
        ).chart()
    }
}

extension SourcesView.Row {
    init(
        _ source: ListedSource,
        _ agenda: ServedSource?,
        _ standing: EventStanding?,
        _ link: PageLink,
        at now: Timestamp
    ) {
        self.source = source.id.text
        href = link.to("sources", source.id.text)
        let isSilent = source.freshness?.isSilent ?? false
        mark =
            source.settings == nil
            ? StateMark(.idle, "not configured any more")
            : agenda?.pause != nil
                ? StateMark(.warn, "paused")
                : isSilent
                    ? StateMark(.bad, "silent")
                    : agenda?.isRunning ?? false
                        ? StateMark(.busy, "running")
                        : source.freshness?.stated == nil
                            ? StateMark(.idle, "nothing yet") : StateMark(.good, "alive")
        asOf = source.freshness?.stated.map { ShownTime($0, at: now) }
        limit = source.freshness?.limitSeconds.map { ShownTime.length(Int($0)) } ?? "any age"
        next = agenda?.nextRun.map { ShownTime($0, at: now, isAhead: true) }
        nextWords =
            agenda?.pause.map { "paused by \($0.who): \(PageText.cut($0.reason, to: 80))" }
            ?? (agenda?.nextRun == nil ? "no schedule" : "")
        positions = source.positions?.shown ?? "–"
        delivery = source.newest.map { PageText.cut($0.name, to: 40) } ?? "–"
        let takesEvents = source.settings?.events != nil
        let hints = source.hints.count
        events =
            takesEvents
            ? "\((standing?.kept ?? 0).shown) since the last delivery"
                + (hints > 0 ? ", \(hints.shown("hint waits", "hints wait"))" : "")
            : "not taken"
    }
}

/// One source, with what it has delivered and the forms that stop it.
struct SourceView: Sendable {
    let row: SourcesView.Row
    let facts: [RunView.Fact]
    let deliveries: [Delivery]
    let pause: String?
    let mayOperate: Bool
    let pauseAction: String
    let resumeAction: String
    let runAction: String
    let runsHref: String
    let name: String?

    struct Delivery: Sendable {
        let name: String
        let at: ShownTime
        let outcome: String
        let rows: String
        let run: ShownLink?
    }

    static let deliveriesShown = 20

    init(
        _ source: ListedSource,
        _ agenda: ServedSource?,
        events standing: EventStanding?,
        _ deliveries: [DeliveryRecord],
        _ visit: Visit
    ) {
        let (link, now) = (visit.link, visit.now)
        row = SourcesView.Row(source, agenda, standing, link, at: now)
        let settings = source.settings
        facts = [
            RunView.Fact("Kind", settings?.kind.rawValue ?? "–"),
            RunView.Fact("Scope", settings?.scope.rawValue ?? "–"),
            RunView.Fact("True as of", source.freshness?.stated, at: now),
            RunView.Fact("May be as old as", row.limit),
            RunView.Fact("Next run", agenda?.nextRun, at: now),
            RunView.Fact("Failed in a row", (agenda?.failuresInARow ?? 0).shown),
            RunView.Fact("Positions", row.positions),
            RunView.Fact("Stock events", row.events),
        ]
        self.deliveries = deliveries.map { one in
            Delivery(
                name: PageText.cut(one.name, to: 60),
                at: ShownTime(one.at, at: now),
                outcome: one.outcome.rawValue + (one.code.map { " (\($0))" } ?? ""),
                rows: one.rows.shown,
                run: one.run.map { ShownLink(href: link.to($0), text: $0.text) }
            )
        }
        pause = agenda?.pause.map { pause in
            "Paused by \(pause.who) \(ShownTime(pause.since, at: now).words): \(pause.reason)"
        }
        mayOperate = visit.mayOperate && settings != nil
        pauseAction = link.to("sources", source.id.text, "pause")
        resumeAction = link.to("sources", source.id.text, "resume")
        runAction = link.to("runs")
        runsHref = link.to("runs", query: [("source", source.id.text)])
        name = visit.name
    }
}
