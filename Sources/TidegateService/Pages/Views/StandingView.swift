import InventoryCore
import StateStore
import TidegatePipeline

/// The first page: is the shop true and how old is that, what is being sent, who must do something.
struct StandingView: Sendable {
    let mark: StateMark
    let sentence: String
    let tiles: [Tile]
    let ages: String
    let backlog: String
    /// Nothing in the first minute of the process.
    let hour: String?
    let classes: [ShownCount]
    let owners: [OwnerRow]
    let held: [HeldRow]
    let runs: [RunRow]
    let runsLink: String
    let exceptionsLink: String

    struct Tile: Sendable {
        let label: String
        let value: String
        /// Shown in place of a value.
        let time: ShownTime?
        let note: String
        let href: String
    }

    struct OwnerRow: Sendable {
        let owner: String
        let count: String
        let href: String
        let oldest: ShownTime?
    }

    struct HeldRow: Sendable {
        let href: String
        let run: String
        let why: String
        let started: ShownTime
    }

    init(_ facts: StandingFacts, _ link: PageLink) {
        let sentence = StandingSentence(facts)
        mark = sentence.mark
        self.sentence = sentence.text
        tiles = StandingView.tiles(facts, link)
        ages = LocationAges(facts.figures.sources, facts.freshness, at: facts.now).chart.html
        let classes = BacklogClasses(facts.figures.backlog)
        backlog = classes.chart.html
        hour = BacklogHour(facts.points, at: facts.now).chart?.html
        self.classes = classes.counts(link)
        owners = StandingView.owners(facts, link)
        held = facts.held.map { run in
            HeldRow(
                href: link.to("plans", run.id.text),
                run: run.id.text,
                why: PageText.cut(run.message ?? "A guard holds it.", to: 160),
                started: ShownTime(run.started, at: facts.now)
            )
        }
        runs = facts.runs.map { RunRow($0, link, at: facts.now) }
        runsLink = link.to("runs")
        exceptionsLink = link.to("exceptions")
    }

    private static func tiles(_ facts: StandingFacts, _ link: PageLink) -> [Tile] {
        let figures = facts.figures
        let confirmed = figures.sources.compactMap(\.shownSince).min()
        let backlog = figures.backlog
        let exceptions = figures.exceptions.values.reduce(0, +)
        let next = facts.agenda.compactMap(\.nextRun).min()
        let running = facts.agenda.first(where: \.isRunning)
        return [
            Tile(
                label: "The shop shows stock of",
                value: confirmed == nil ? "not known" : "",
                time: confirmed.map { ShownTime($0, at: facts.now) },
                note: "of \(figures.sources.reduce(0) { $0 + $1.positions }.shown("position", "positions"))",
                href: link.to("sources")
            ),
            Tile(
                label: "Under way to the shop",
                value: backlog.unsettled.shown("level", "levels"),
                time: nil,
                note: "\(backlog.claimed.shown) sent and not confirmed",
                href: link.to("levels")
            ),
            Tile(
                label: "Waits for a person",
                value: figures.heldPlans.shown("plan", "plans"),
                time: nil,
                note: exceptions.shown("open exception", "open exceptions"),
                href: figures.heldPlans > 0
                    ? link.to("runs", query: [("state", "held")]) : link.to("exceptions")
            ),
            Tile(
                label: running == nil ? "Next run" : "Running now",
                value: running?.source.text ?? (next == nil ? "none planned" : ""),
                time: running == nil ? next.map { ShownTime($0, at: facts.now, isAhead: true) } : nil,
                note: facts.pause == nil ? "the push is on" : "the push is paused",
                href: link.to("sources")
            ),
        ]
    }

    private static func owners(_ facts: StandingFacts, _ link: PageLink) -> [OwnerRow] {
        InventoryException.Owner.allCases.compactMap { owner in
            let count = facts.figures.exceptions.filter { $0.key.owner == owner }.values.reduce(0, +)
            guard count > 0 else { return nil }
            let oldest = facts.figures.exceptionsSince.filter { $0.key.owner == owner }.values.min()
            return OwnerRow(
                owner: facts.owners[owner] ?? owner.words,
                count: count.shown,
                href: link.to("exceptions", query: [("owner", owner.rawValue)]),
                oldest: oldest.map { ShownTime($0, at: facts.now) }
            )
        }
    }
}

/// A number that leads to its list.
struct ShownCount: Hashable, Sendable {
    let name: String
    let count: String
    let href: String
    /// The class that has its colour in the chart.
    let kind: String
}

extension InventoryException.Owner {
    /// As people say it.
    var words: String { rawValue.replacing("_", with: " ") }
}

extension InventoryException.Code {
    /// As people say it.
    var words: String { rawValue.replacing("_", with: " ") }
}
