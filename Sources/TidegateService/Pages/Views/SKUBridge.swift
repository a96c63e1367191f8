import InventoryCore
import StateStore
import TidegatePipeline

/// The stock of one SKU at one site as a bridge from the ERP's rows to the shop's levels: what each location
/// adds, what each step takes, and which levels show what is left.
struct SKUBridge: Sendable {
    private let site: SKUFlow.Site
    private let id: String
    private var steps: [Step] = []
    /// What the shop shows of it, where there is one site only.
    private let levels: [BarRows.Row]

    private struct Step {
        let name: String
        let from: Quantity
        let to: Quantity
        let kind: String
        var target: Quantity?

        var size: Quantity { to.capped(adding: from.negated) }
    }

    /// Locations that are drawn one by one.
    private static let locationsMax = 8
    private static let levelsMax = 4

    init(_ site: SKUFlow.Site, number: Int, _ flow: SKUFlow) {
        self.site = site
        id = "bridge-\(number)"
        let own = flow.levels.filter { $0.key.sku == flow.sku && $0.receipts?.level.published != nil }
        levels = flow.sites.count == 1 ? own.prefix(SKUBridge.levelsMax).map(SKUBridge.row) : []
        var height = Quantity.zero
        func add(_ name: String, _ quantity: Quantity, _ kind: String, target: Quantity? = nil) {
            let next = height.capped(adding: quantity)
            steps.append(Step(name: name, from: height, to: next, kind: kind, target: target))
            height = next
        }
        let places = flow.places.filter { $0.site == site.id && $0.fence == nil && $0.net > .zero }
        for place in places.prefix(SKUBridge.locationsMax) { add("+ \(place.words)", place.net, "good") }
        let rest = places.dropFirst(SKUBridge.locationsMax).map(\.net).reduce(Quantity.zero) {
            $0.capped(adding: $1)
        }
        if rest > .zero {
            let more = places.count - SKUBridge.locationsMax
            add("+ \(more) more locations", rest, "good")
        }
        // What lies below zero somewhere, where sites net it.
        let unseen = site.stock.capped(adding: site.doubted).capped(adding: height.negated)
        if unseen != .zero { add("± what is below zero", unseen, "idle") }
        if site.doubted != .zero { add("− in doubt, and seen elsewhere", site.doubted.negated, "warn") }
        if site.orders > .zero {
            add("− web orders that the ERP does not know", site.orders.negated, "bad")
        }
        if site.safetyHeld > .zero {
            add("− safety stock", site.safetyHeld.negated, "idle")
        }
        for fence in site.fences {
            add(
                "− fence \(fence.id)",
                fence.filled.negated,
                "sent",
                target: fence.target
            )
        }
        steps.append(Step(name: "= for everyone", from: .zero, to: site.shared, kind: "increase"))
    }

    var chart: Chart {
        let title = "How the stock at site \(site.id) is divided"
        return BarRows(
            id: id,
            title: title,
            says: "\(site.stock.shown) in stock, \(site.safetyHeld.shown) kept for safety, "
                + "\(site.pool.shown) to be divided, \(site.shared.shown) for everyone.",
            rows: steps.map { step in
                BarRows.Row(
                    label: step.name,
                    value: SKUBridge.value(step),
                    parts: [SKUBridge.part(step)]
                )
            } + levels,
            table: Chart.Table(
                title,
                ["Step", "Quantity"],
                steps.map { [$0.name, SKUBridge.value($0)] } + levels.map { [$0.label, $0.value] }
            )
        ).chart()
    }

    /// A level, drawn in base units where that can be.
    private static func row(_ level: SKUFlow.Level) -> BarRows.Row {
        let shown = level.receipts?.level.published ?? .zero
        let units = level.perBase.map { Double($0.numerator) / Double($0.denominator) }
        return BarRows.Row(
            label: "→ shown: \(level.key.place(besides: level.key.sku))",
            value: shown.shown,
            parts: units.map { [BarRows.Part(from: 0, to: shown.approximate * $0, kind: "good")] } ?? []
        )
    }

    private static func value(_ step: Step) -> String {
        if step.name.hasPrefix("=") { return step.to.shown }
        guard let target = step.target else { return step.size.signed }
        let filled = step.size.negated
        return "\(filled.shown) of \(target.shown)"
    }

    private static func part(_ step: Step) -> BarRows.Part {
        let (low, high) = (min(step.from, step.to), max(step.from, step.to))
        return BarRows.Part(from: max(0, low.approximate), to: max(0, high.approximate), kind: step.kind)
    }
}

extension SKUFlow.Place {
    /// Rows that are named of a location.
    private static let rowsNamed = 3

    /// The location with what its rows state.
    fileprivate var words: String {
        let named = rows.prefix(SKUFlow.Place.rowsNamed).map { "\($0.net) \($0.key.unit)" }
        let more = rows.count > named.count ? ", …" : ""
        return named.isEmpty ? location.text : "\(location) (\(named.joined(separator: ", "))\(more))"
    }
}
