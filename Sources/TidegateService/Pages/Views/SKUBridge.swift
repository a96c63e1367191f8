import InventoryCore
import TidegatePipeline

/// The stock of one SKU at one site as a bridge: what each location adds, and what each step takes.
struct SKUBridge: Sendable {
    private let site: SKUFlow.Site
    private let id: String
    private var steps: [Step] = []

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

    init(_ site: SKUFlow.Site, number: Int, _ flow: SKUFlow) {
        self.site = site
        id = "bridge-\(number)"
        var height = Quantity.zero
        func add(_ name: String, _ quantity: Quantity, _ kind: String, target: Quantity? = nil) {
            let next = height.capped(adding: quantity)
            steps.append(Step(name: name, from: height, to: next, kind: kind, target: target))
            height = next
        }
        let own = flow.places.filter { $0.site == site.id && $0.fence == nil && $0.net > .zero }
        for place in own.prefix(SKUBridge.locationsMax) { add("+ \(place.location)", place.net, "good") }
        let rest = own.dropFirst(SKUBridge.locationsMax).map(\.net).reduce(Quantity.zero) {
            $0.capped(adding: $1)
        }
        if rest > .zero {
            let more = own.count - SKUBridge.locationsMax
            add("+ \(more) more locations", rest, "good")
        }
        // What lies below zero somewhere, where sites net it.
        let unseen = site.stock.capped(adding: height.negated)
        if unseen != .zero { add("± what is below zero", unseen, "idle") }
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
            },
            table: Chart.Table(title, ["Step", "Quantity"], steps.map { [$0.name, SKUBridge.value($0)] })
        ).chart()
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
