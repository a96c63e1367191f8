import InventoryCore
import StateStore

/// What waits for the shop, by what it waits for.
struct BacklogClasses: Sendable {
    private let classes: [Class]

    private struct Class {
        let name: String
        let count: Int
        let kind: String
        /// The list that has them.
        let list: LevelList
    }

    init(_ backlog: Backlog) {
        classes = [
            Class(name: "to zero", count: backlog.waiting[.zero, default: 0], kind: "zero", list: .zero),
            Class(
                name: "decreases",
                count: backlog.waiting[.decrease, default: 0],
                kind: "decrease",
                list: .decrease
            ),
            Class(
                name: "increases",
                count: backlog.waiting[.increase, default: 0],
                kind: "increase",
                list: .increase
            ),
            Class(name: "sent, not confirmed", count: backlog.claimed, kind: "sent", list: .sent),
            Class(name: "behind another write", count: backlog.blocked, kind: "blocked", list: .blocked),
            Class(name: "looked up in the shop", count: backlog.unresolved, kind: "idle", list: .unresolved),
            Class(name: "parked: not in the shop", count: backlog.unknown, kind: "warn", list: .unknown),
            Class(name: "parked: refused by the shop", count: backlog.refused, kind: "bad", list: .refused),
        ]
    }

    var chart: Chart {
        let total = classes.map(\.count).reduce(0, +)
        var parts: [BarRows.Part] = []
        var place = 0.0
        for one in classes where one.count > 0 {
            parts.append(BarRows.Part(from: place, to: place + Double(one.count), kind: one.kind))
            place += Double(one.count)
        }
        let says =
            total == 0
            ? "Nothing waits."
            : classes.filter { $0.count > 0 }.map { "\($0.count.shown) \($0.name)" }.joined(separator: ", ")
                + "."
        return BarRows(
            id: "backlog",
            title: "Levels that the shop has not confirmed",
            says: says,
            rows: [
                BarRows.Row(
                    label: total == 0 ? "● nothing waits" : "◆ not confirmed",
                    value: total.shown,
                    parts: parts
                )
            ],
            table: Chart.Table(
                "Levels that the shop has not confirmed",
                ["Class", "Levels"],
                classes.map { [$0.name, $0.count.shown] }
            )
        ).chart()
    }

    /// All classes that have some, and those that matter most in any case.
    func counts(_ link: PageLink) -> [ShownCount] {
        classes.enumerated().filter { $0.offset < 4 || $0.element.count > 0 }.map { _, one in
            ShownCount(
                name: one.name,
                count: one.count.shown,
                href: link.to("levels", query: [("standing", one.list.rawValue)]),
                kind: one.kind
            )
        }
    }
}

/// Lists of levels that the shop has not confirmed.
enum LevelList: String, Sendable, CaseIterable {
    case zero, decrease, increase, sent, blocked, unresolved, unknown, refused

    var words: String {
        switch self {
        case .zero: "to zero"
        case .decrease: "decreases"
        case .increase: "increases"
        case .sent: "sent"
        case .blocked: "behind another write"
        case .unresolved: "looked up"
        case .unknown: "not in the shop"
        case .refused: "refused"
        }
    }
}
