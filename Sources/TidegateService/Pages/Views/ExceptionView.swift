import InventoryCore
import StateStore
import TidegatePipeline
import TidegateSettings

/// One exception: what is wrong, what comes first, what it is about, what people have done about it.
struct ExceptionView: Sendable {
    let number: String
    let words: String
    let back: String
    let mark: StateMark
    let sentence: String
    let meaning: String
    let firstStep: String
    let ending: String
    let facts: [RunView.Fact]
    /// Runs of which an approval or a rejection ends it.
    let held: [ShownLink]
    let mayWork: Bool
    let isOpen: Bool
    let name: String?
    let assignee: String?
    let assignAction: String
    let snoozeAction: String
    let resolveAction: String
    let retryAction: String
    /// What trying again does; nothing where that does not help.
    let retry: String?
    let zone: String
    let rows: [Row]
    let caption: String
    /// Where the names of the shop are gone through; nothing where that was done or is of no use.
    let names: String?
    let next: String?
    let first: String?
    let notes: [Note]

    struct Row: Sendable {
        let subject: String
        let href: String?
        let message: String
        let near: String?
        let opened: ShownTime
        let seen: ShownTime
        let run: ShownLink?
    }

    /// What a person has done.
    struct Note: Sendable {
        let at: ShownTime
        let who: String
        let what: String
        let text: String?
    }

    static let rowsShown = 50
    static let heldShown = 3

    /// Takes the cases of the page, one more than are shown.
    init(
        _ listed: ListedException,
        _ cases: [ExceptionCase],
        notes: [ExceptionNote],
        held runs: [RunRecord],
        isFirst: Bool,
        suggestsNames: Bool,
        _ visit: Visit
    ) {
        let (link, now) = (visit.link, visit.now)
        let (group, code) = (listed.group, listed.group.code)
        let entry = code.entry
        number = "\(group.number)"
        words = code.words
        back = link.to("exceptions", query: [("owner", code.owner.rawValue)])
        isOpen = group.closed == nil
        let isLate = listed.isOverdue(at: now)
        mark =
            isOpen
            ? isLate ? StateMark(.bad, "overdue") : StateMark(code.severity) : StateMark(.good, "ended")
        sentence =
            isOpen
            ? PageText.cut(listed.message, to: 300) : "It has ended; nothing has to be done about it."
        meaning = PageText.documented(entry.meaning)
        firstStep = PageText.marked(entry.firstStep)
        ending = PageText.marked(entry.ending)
        facts = ExceptionView.facts(listed, visit)
        held = runs.map { ShownLink(href: link.to("plans", $0.id.text), text: $0.id.text) }
        mayWork = isOpen && visit.mayOperate
        name = visit.name
        assignee = group.assignee
        assignAction = link.to("exceptions", number, "assign")
        snoozeAction = link.to("exceptions", number, "snooze")
        resolveAction = link.to("exceptions", number, "resolve")
        retryAction = link.to("exceptions", number, "retry")
        retry = entry.retry?.sentence
        zone = visit.shop.settings.exceptions.zone
        let shown = cases.prefix(ExceptionView.rowsShown)
        rows = shown.map { Row($0, link, at: now) }
        caption = "\(group.count.shown("case", "cases")) of \(code.words)"
        let asked: (String, String?) = ("names", suggestsNames ? "near" : nil)
        names =
            code == .unknownSKU && !suggestsNames && isOpen
            ? link.to("exceptions", number, query: [("names", "near")]) : nil
        let last = cases.count > shown.count ? shown.last.map { SubjectPlace($0.subject).text } : nil
        next = last.map { link.to("exceptions", "\(group.number)", query: [("after", $0), asked]) }
        first = isFirst ? nil : link.to("exceptions", number, query: [asked])
        self.notes = notes.map { note in
            Note(at: ShownTime(note.at, at: now), who: note.who, what: note.kind.words, text: note.text)
        }
    }

    private static func facts(_ listed: ListedException, _ visit: Visit) -> [RunView.Fact] {
        let (group, now) = (listed.group, visit.now)
        let owner = visit.shop.settings.owners[group.code.owner] ?? group.code.owner.words
        let about = group.cause.subject.description
        var facts = [RunView.Fact("Whose", owner)]
        if !about.isEmpty { facts.append(RunView.Fact("About", about)) }
        facts.append(RunView.Fact("With", group.assignee ?? "nobody yet"))
        facts.append(RunView.Fact("Open since", group.opened, at: now))
        if let closed = group.closed {
            facts.append(RunView.Fact("Ended", closed, at: now))
        } else {
            facts.append(RunView.Fact("To be done", listed.due, at: now))
        }
        if group.isSnoozed(at: now) {
            facts.append(RunView.Fact("Put off until", group.snoozedUntil, at: now))
        }
        facts.append(RunView.Fact("Met last", group.seen, at: now))
        if group.times > 1 { facts.append(RunView.Fact("Opened", "\(group.times.shown) times")) }
        return facts
    }
}

extension ExceptionView.Row {
    fileprivate init(_ one: ExceptionCase, _ link: PageLink, at now: Timestamp) {
        let stored = one.stored
        subject = one.subject.description
        href = one.subject.page(link)
        message = PageText.cut(stored.exception.message, to: 240)
        near = one.near?.sentence
        opened = ShownTime(stored.opened, at: now)
        seen = ShownTime(stored.seen, at: now)
        run = stored.lastRun.map { ShownLink(href: link.to($0), text: $0.text) }
    }
}

extension ExceptionNote.Kind {
    /// As people say it.
    var words: String {
        switch self {
        case .assigned: "gave it to"
        case .snoozed: "put it off"
        case .resolved: "ended it"
        case .retried: "tried again"
        }
    }
}

extension ExceptionRetry {
    fileprivate var sentence: String {
        switch self {
        case .writes: "Sends what the shop has refused once more."
        case .figures: "Works the SKUs out anew."
        case .source: "Reads the source again."
        }
    }
}
