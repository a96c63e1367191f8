import InventoryCore
import StateStore
import TidegatePipeline

/// What is being sent to the shop: how much waits for what, and the levels themselves.
struct LevelsView: Sendable {
    let mark: StateMark
    let sentence: String
    let backlog: String
    let filters: [ShownLink]
    let caption: String
    let rows: [Row]
    let isEmpty: Bool
    let more: String?
    let pause: String?
    let trouble: String?
    let troubleHint: String?
    let mayOperate: Bool
    let pauseAction: String
    let resumeAction: String
    let name: String?

    struct Row: Sendable {
        let sku: String
        let href: String
        let place: String
        let shown: String
        let wanted: String
        let change: String
    }

    static let rowsShown = 50

    init(
        _ backlog: Backlog,
        _ list: LevelList,
        _ levels: [StoredLevel],
        _ pause: ScheduleMemory.Pause?,
        _ trouble: PushStanding.Trouble?,
        _ visit: Visit
    ) {
        let (link, now) = (visit.link, visit.now)
        let classes = BacklogClasses(backlog)
        self.backlog = classes.chart.html
        let unsettled = backlog.unsettled
        if let pause {
            mark = StateMark(.warn, "paused")
            sentence = "\(pause.who) has paused the push; \(unsettled.shown("level waits", "levels wait"))."
        } else if trouble != nil {
            mark = StateMark(.bad, "the shop takes nothing")
            sentence = "The shop takes nothing; \(unsettled.shown("level waits", "levels wait"))."
        } else {
            mark = unsettled > 0 ? StateMark(.busy, "sending") : StateMark(.good, "all confirmed")
            let parked = backlog.parked > 0 ? "; \(backlog.parked.shown) parked for a person" : ""
            sentence =
                unsettled == 0
                ? "The shop has confirmed everything that can be sent\(parked)."
                : "\(unsettled.shown("level is", "levels are")) under way\(parked)."
        }
        filters = LevelList.allCases.map { one in
            ShownLink(
                href: link.to("levels", query: [("standing", one.rawValue)]),
                text: "\(one.words) (\(backlog.count(of: one).shown))",
                isCurrent: one == list
            )
        }
        caption = "Levels: \(list.words)"
        let shown = levels.prefix(LevelsView.rowsShown)
        rows = shown.map { Row($0, link) }
        isEmpty = shown.isEmpty
        let count = backlog.count(of: list)
        more =
            count > shown.count
            ? "The first \(shown.count.shown) of \(count.shown), in the order of sending." : nil
        self.pause = pause.map {
            "Paused by \($0.who) \(ShownTime($0.since, at: now).words): \($0.reason)"
        }
        self.trouble = trouble.map { "\($0.sentence) (since \(ShownTime($0.since, at: now).words))" }
        troubleHint = trouble?.hint
        mayOperate = visit.mayOperate
        pauseAction = link.to("push", "pause")
        resumeAction = link.to("push", "resume")
        name = visit.name
    }
}

extension LevelsView.Row {
    fileprivate init(_ level: StoredLevel, _ link: PageLink) {
        sku = level.key.sku.text
        href = link.to(level.key.sku)
        place = [level.key.unit.text, level.key.warehouse].compactMap(\.self).joined(separator: " · ")
        shown = level.published?.shown ?? "not known"
        wanted = level.wish?.quantity.shown ?? "–"
        change =
            level.wish.map { wish in
                wish.quantity.capped(adding: (level.published ?? .zero).negated).signed
            } ?? "–"
    }
}

extension LevelList {
    var part: OutboxPart {
        switch self {
        case .zero: .waiting(.zero)
        case .decrease: .waiting(.decrease)
        case .increase: .waiting(.increase)
        case .sent: .claimed
        case .blocked: .blocked
        case .unresolved: .unresolved
        case .unknown: .unknown
        case .refused: .refused
        }
    }
}

extension Backlog {
    func count(of list: LevelList) -> Int {
        switch list {
        case .zero: waiting[.zero, default: 0]
        case .decrease: waiting[.decrease, default: 0]
        case .increase: waiting[.increase, default: 0]
        case .sent: claimed
        case .blocked: blocked
        case .unresolved: unresolved
        case .unknown: unknown
        case .refused: refused
        }
    }
}
