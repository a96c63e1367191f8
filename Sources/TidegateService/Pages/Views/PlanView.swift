import InventoryCore
import StateStore
import TidegatePipeline

/// What a run holds: why, what would happen if it were approved, what goes out anyway.
struct PlanView: Sendable {
    let run: String
    let runHref: String
    let isHeld: Bool
    let mark: StateMark
    let sentence: String
    let why: String
    let goesOut: String
    let guards: [GuardRow]
    let changes: String
    let locations: [LocationRow]
    let movers: [Mover]
    let moversNote: String
    let mayDecide: Bool
    let action: String
    let plan: String
    let choices: [String]
    let name: String?

    struct GuardRow: Sendable {
        let guardName: String
        let count: String
        let what: String
    }

    struct LocationRow: Sendable {
        let location: String
        let positions: String
        let before: String
        let after: String
        let change: String
    }

    /// A level that an approval would change.
    struct Mover: Sendable {
        let sku: String
        let href: String
        let place: String
        let shown: String
        let wanted: String
        let change: String
    }

    private static let moversShown = 15
    private static let locationsShown = 12

    init(_ held: HeldRun, of record: RunRecord, _ visit: Visit) {
        let link = visit.link
        run = record.id.text
        runHref = link.to(record.id)
        isHeld = !held.doubts.isEmpty || !held.figures.isEmpty
        mark = isHeld ? StateMark(.warn, "held") : StateMark(record.state)
        let skus = Set(held.doubts.map(\.key.sku)).count
        sentence =
            isHeld
            ? "\(PlanView.waiting(held)) wait; approved, \(skus > HeldRun.skusMax ? "more than " : "")"
                + "\(held.wishes.count.shown("level", "levels")) would change."
            : "Nothing of this run waits for a person; it is \(record.state.word)."
        why = record.message ?? "A guard wants a person's decision."
        // Those that the run wanted, but for the figures that are held.
        let free = max(0, record.levelsToWrite - held.figures.count)
        goesOut =
            record.isHeldWhole || free == 0
            ? "Nothing: everything that it changes is held."
            : "\(free.shown("level", "levels")): everything that is not held goes out without a decision."
        guards = PlanView.guards(held)
        changes = PlanView.histogram(held.wishes).html
        locations = PlanView.locations(held.doubts)
        let sorted = held.wishes.sorted { $0.distance > $1.distance }
        movers = sorted.prefix(PlanView.moversShown).map { Mover($0, link) }
        moversNote =
            skus > HeldRun.skusMax
            ? "Worked out for the first \(HeldRun.skusMax.shown) of \(skus.shown) SKUs." : ""
        mayDecide = isHeld && visit.mayOperate
        action = link.to("plans", record.id.text)
        plan = held.plan.text
        choices = Set(held.doubts.map(\.key.location.text)).sorted().prefix(100).map(\.self)
        name = visit.name
    }

    private static func waiting(_ held: HeldRun) -> String {
        let skus = Set(held.doubts.map(\.key.sku)).count
        let positions = "\(held.doubts.count.shown("position", "positions")) of \(skus.shown("SKU", "SKUs"))"
        let figures = held.figures.count.shown("figure", "figures")
        if held.figures.isEmpty { return positions }
        return held.doubts.isEmpty ? figures : "\(positions) and \(figures)"
    }

    private static func guards(_ held: HeldRun) -> [GuardRow] {
        var positions: [GuardTrip.Code: Int] = [:]
        for doubt in held.doubts { if let code = doubt.guardCode { positions[code, default: 0] += 1 } }
        var figures: [GuardTrip.Code: Int] = [:]
        for figure in held.figures { figures[figure.guardCode, default: 0] += 1 }
        let rows =
            positions.map { ($0.key, $0.value, "positions") } + figures.map { ($0.key, $0.value, "figures") }
        return rows.sorted { ($0.1, $0.0.rawValue) > ($1.1, $1.0.rawValue) }.map { code, count, what in
            GuardRow(
                guardName: code.rawValue.replacing("_", with: " "),
                count: count.shown,
                what: what
            )
        }
    }

    /// How many levels change by how much.
    private static func histogram(_ wishes: [PlannedWish]) -> Chart {
        let spans: [(label: String, kind: String, holds: (Double) -> Bool)] = [
            ("< −100", "bad", { $0 < -100 }), ("−100…", "decrease", { $0 >= -100 && $0 < -10 }),
            ("−10…", "decrease", { $0 >= -10 && $0 < 0 }), ("0", "idle", { $0 == 0 }),
            ("…10", "increase", { $0 > 0 && $0 <= 10 }), ("…100", "increase", { $0 > 10 && $0 <= 100 }),
            ("> 100", "increase", { $0 > 100 }),
        ]
        let changes = wishes.map(\.difference.approximate)
        let zeros = wishes.filter { $0.after <= .zero && ($0.before ?? .zero) > .zero }.count
        let counts = spans.map { span in changes.filter(span.holds).count }
        return Columns(
            id: "changes",
            title: "Change per level if it is approved",
            says: "\(wishes.count.shown("level", "levels")) would change; \(zeros.shown) would fall to 0.",
            columns: zip(spans, counts).map { Columns.Column(label: $0.label, count: $1, kind: $0.kind) },
            table: Chart.Table(
                "Change per level if it is approved",
                ["Change", "Levels"],
                zip(spans, counts).map { [$0.label, $1.shown] } + [["falls to 0", zeros.shown]]
            )
        ).chart
    }

    private static func locations(_ doubts: [Doubt]) -> [LocationRow] {
        let groups = Dictionary(grouping: doubts, by: \.key.location)
        let rows = groups.map { location, doubts in
            var (before, after) = (QuantityTotal.zero, QuantityTotal.zero)
            for doubt in doubts {
                before.add(doubt.last ?? .zero)
                after.add(doubt.stated ?? .zero)
            }
            return (location: location, count: doubts.count, before: before, after: after)
        }
        return rows.sorted { $0.count > $1.count }.prefix(locationsShown).map { row in
            var change = row.after
            change.add(row.before.negated)
            return LocationRow(
                location: row.location.text,
                positions: row.count.shown,
                before: row.before.shown,
                after: row.after.shown,
                change: change.shown
            )
        }
    }
}

extension PlanView.Mover {
    fileprivate init(_ wish: PlannedWish, _ link: PageLink) {
        sku = wish.key.sku.text
        href = link.to(wish.key.sku)
        place = [wish.key.unit.text, wish.key.warehouse].compactMap(\.self).joined(separator: ", ")
        shown = wish.before?.shown ?? "–"
        wanted = wish.after.shown
        change = wish.difference.signed
    }
}

extension PlannedWish {
    /// What an approval would add or take away.
    var difference: Quantity { after.capped(adding: (before ?? .zero).negated) }

    var distance: UInt64 { difference.millionths.magnitude }
}
