import InventoryCore
import StateStore

/// A plan that is worked out while stock events go on, and not put together yet: what they have changed
/// meanwhile is worked out anew.
struct OpenPlan: Sendable {
    let planning: Planning
    private var outline: PlanOutline
    private var stock: ShopStock
    /// In byte order of the SKUs.
    private var parts: [(skus: [SKU], part: PlanPart)] = []

    /// SKUs of a part: one that events touch is worked out anew as a whole.
    private static let skusPerPart = 500

    /// Works everything out, as it is now.
    ///
    /// - Throws: `Fault`.
    init(_ planning: Planning, _ outline: PlanOutline, on stock: ShopStock) async throws {
        (self.planning, self.outline, self.stock) = (planning, outline, stock)
        let steps = PlanSteps.steps(of: outline.skus, each: OpenPlan.skusPerPart)
        try await PlanSteps(planning, stock, outline).forEach(of: steps) { number, part in
            parts.append((steps[number], part))
        }
    }

    /// What has changed since a plan was begun.
    struct Change: Sendable {
        /// The SKUs of which anything has changed.
        let skus: Set<SKU>
        /// What is accepted of them now.
        let accepted: [Delta]
        /// SKUs that are no longer in doubt, of all.
        let cleared: Set<SKU>
    }

    /// Works some SKUs out anew, as they are now; of all others nothing may have changed.
    ///
    /// - Throws: `Fault`.
    mutating func renew(_ change: Change, on stock: ShopStock) async throws {
        let stale = change.skus.sorted(byBytesOf: \.self)
        self.stock = stock
        let kept = outline.accepted.filter { !change.skus.contains($0.key.sku) }
        outline.accepted = kept.merged(with: change.accepted.sorted(byBytesOf: \.key.sku))
        outline.reasons.setCleared(change.cleared)
        outline.skus = outline.skus.merged(with: stale)
        let (rules, former) = (planning.apportioner.rules, outline.former?.rules)
        let aliases = stale.flatMap { rules.aliases(of: $0, andBy: former) }
        let touched = change.skus.union(aliases)
        outline.open.removeAll { $0.concerned.map(touched.contains) ?? false }
        let told = Set(outline.open.map(\.key))
        let now = try await planning.open(of: stale, [], former: outline.former)
        outline.open += now.filter { !told.contains($0.key) }
        let places = take(stale)
        let steps = places.map { parts[$0].skus }
        try await PlanSteps(planning, stock, outline).forEach(of: steps) { number, part in
            parts[places[number]].part = part
        }
    }

    /// Has each SKU be of the part that its place is in; gives which parts these are.
    private mutating func take(_ stale: [SKU]) -> [Int] {
        if parts.isEmpty, !stale.isEmpty {
            parts = [(stale, PlanPart(planning.apportioner, former: outline.former))]
            return [0]
        }
        var places: [Int] = []
        var next = 0
        for place in parts.indices {
            var own: [SKU] = []
            while next < stale.count, place + 1 == parts.count || stale[next] < parts[place + 1].skus[0] {
                own.append(stale[next])
                next += 1
            }
            guard !own.isEmpty else { continue }
            parts[place].skus = parts[place].skus.merged(with: own)
            places.append(place)
        }
        return places
    }

    /// Puts it together.
    ///
    /// - Throws: `Fault`.
    func finish(_ counting: DoubtCounting) async throws -> Planning.Result {
        let version = planning.text.version
        var draft = PlanDraft(planning.apportioner, version: version, skus: outline.skus.count)
        for part in parts { try draft.append(part.part) }
        return try await planning.finish(draft, outline, on: stock, counting)
    }
}

extension [Delta] {
    /// Puts two lists together that are in byte order of their SKUs.
    fileprivate func merged(with others: [Delta]) -> [Delta] {
        guard !others.isEmpty else { return self }
        var all: [Delta] = []
        all.reserveCapacity(count + others.count)
        var next = 0
        for delta in self {
            while next < others.count, others[next].key.sku < delta.key.sku {
                all.append(others[next])
                next += 1
            }
            all.append(delta)
        }
        return all + others[next...]
    }
}
