/// The return of levels to what they showed before a run; a pure function of its inputs.
package struct Reversal: Sendable {
    package let plan: PushPlan
    /// For each wish of the plan: the SKU whose stock its level shows a part of.
    package let stocks: [SKU]
    /// Wishes that would show more than is clearly there now, in the plan's order.
    package let above: [PlannedWish]
    /// The SKUs whose stock those show.
    package let stocksAbove: Set<SKU>
    /// Levels of which nobody knows what they showed before, or that the shop does not have any more.
    package let lost: Int
    /// Levels that later runs have changed again.
    package let changedSince: Int

    /// What is known of a level now.
    package struct Level: Hashable, Sendable {
        package let current: CurrentLevel
        /// The SKU whose stock it shows a part of.
        package let stock: SKU
        /// What the stock of now allows it to show; nothing while some of that stock is in doubt.
        package let allowed: Quantity?

        package init(current: CurrentLevel, stock: SKU, allowed: Quantity?) {
            (self.current, self.stock, self.allowed) = (current, stock, allowed)
        }

        fileprivate func rises(to quantity: Quantity) -> Bool {
            quantity > current.pending ?? current.published ?? .zero
        }
    }

    /// A level that shows more than the stock of now allows, and that some run is still to lower.
    package struct Excess: Hashable, Sendable {
        package let key: LevelKey
        /// The SKU whose stock it shows a part of.
        package let stock: SKU
        package let allowed: Quantity

        package init(_ key: LevelKey, of stock: SKU, allowed: Quantity) {
            (self.key, self.stock, self.allowed) = (key, stock, allowed)
        }
    }

    /// Plans the return of what some plans of one run have written, the oldest plan first.
    ///
    /// A level that several of them wrote returns to what it showed before the first. `level` gives what is
    /// known of a level now, and nothing where the shop does not have it. Where another level of the same
    /// stock shows too much and stays so (`excess`), none may rise: together they would show what is not
    /// there.
    package init(
        of plans: [PushPlan],
        rulesVersion: String,
        excess: [Excess] = [],
        level: (LevelKey) -> Level?
    ) {
        var draft = PushPlan.Draft()
        var stocks: [SKU] = []
        var (lost, changedSince) = (0, 0)
        var returning: [LevelKey: Level] = [:]
        for written in Reversal.written(by: plans) {
            guard let before = written.before, let level = level(written.key) else {
                lost += 1
                continue
            }
            if level.current.pending ?? level.current.published != written.after { changedSince += 1 }
            let wanted = WantedLevel(key: written.key, quantity: before)
            guard draft.add(wanted, current: level.current) else { continue }
            stocks.append(level.stock)
            returning[written.key] = level
        }
        let (plan, order) = draft.finish(rulesVersion: rulesVersion)
        let targets = Dictionary(plan.wishes.map { ($0.key, $0.after) }) { first, _ in first }
        // One that returns to less than is allowed exceeds nothing any more.
        let lasting = excess.filter { one in targets[one.key].map { $0 > one.allowed } ?? true }
        let full = Set(lasting.map(\.stock))
        let above = plan.wishes.filter { wish in
            guard let level = returning[wish.key], level.rises(to: wish.after) else { return false }
            return full.contains(level.stock) || level.allowed.map { wish.after > $0 } ?? true
        }
        self.plan = plan
        self.stocks = order.map { stocks[Int($0)] }
        self.above = above
        stocksAbove = Set(above.compactMap { returning[$0.key]?.stock })
        (self.lost, self.changedSince) = (lost, changedSince)
    }

    /// What the plans wrote together: of each level what it showed before the first, and after the last.
    private static func written(by plans: [PushPlan]) -> [PlannedWish] {
        guard plans.count > 1 else { return plans.first?.wishes ?? [] }
        var written: [PlannedWish] = []
        var places: [LevelKey: Int] = [:]
        for wish in plans.lazy.flatMap(\.wishes) {
            if let place = places[wish.key] {
                let first = written[place]
                written[place] = PlannedWish(key: wish.key, before: first.before, after: wish.after)
            } else {
                places[wish.key] = written.count
                written.append(wish)
            }
        }
        return written
    }

    /// What trips where some figures are above the stock; nothing where none is.
    package var trip: GuardTrip? {
        guard !above.isEmpty else { return nil }
        var examples = above.prefix(3).map { "\($0.key) \($0.before?.description ?? "?") → \($0.after)" }
        if above.count > examples.count { examples.append("…") }
        return GuardTrip(
            code: .aboveStock,
            message: "\(above.count) of \(plan.wishes.count) levels would show more than the stock of now "
                + "clearly allows: \(examples.joined(separator: ", "))."
        )
    }
}
