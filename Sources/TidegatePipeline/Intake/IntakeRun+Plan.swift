import DeltaEngine
import InventoryCore
import OroClient
import StateStore
import TidegateSettings

// What a delivery comes to at the shop: worked out while stock events go on, where that is possible.
extension IntakeRun {
    /// A plan that was worked out while the shop was lent, and of what.
    struct LentPlan: Sendable {
        private var plan: OpenPlan
        private let accepted: [Delta]
        private let cleared: Set<SKU>
        private let doubts: DoubtBook
        private var change: OpenPlan.Change?

        var planning: Planning { plan.planning }

        fileprivate init(
            _ plan: OpenPlan,
            accepted: [Delta],
            cleared: Set<SKU>,
            doubts: DoubtBook
        ) {
            (self.plan, self.accepted, self.cleared, self.doubts) = (plan, accepted, cleared, doubts)
        }

        /// Finds out of which SKUs the plan does not hold any more: events have touched a position of these,
        /// or the delivery was judged otherwise, or another part of them is in doubt.
        mutating func compare(with judged: borrowing JudgedDelivery, touched: Set<SKU>) {
            let now = judged.judgement.accepted
            var skus = touched
            let isSame = accepted.lazy.filter { !touched.contains($0.key.sku) }
                .elementsEqual(now.lazy.filter { !touched.contains($0.key.sku) })
            if !isSame {
                for delta in Set(accepted).symmetricDifference(now) { skus.insert(delta.key.sku) }
            }
            skus.formUnion(cleared.symmetricDifference(judged.recounted))
            if doubts != judged.doubts {
                let differing = Set(doubts.all).symmetricDifference(judged.doubts.all)
                for doubt in differing { skus.insert(doubt.key.sku) }
            }
            change = OpenPlan.Change(
                skus: skus,
                accepted: now.filter { skus.contains($0.key.sku) },
                cleared: judged.recounted
            )
        }

        /// Works out anew what does not hold any more, and puts the plan together.
        ///
        /// - Throws: `Fault`.
        mutating func finish(
            on stock: ShopStock,
            _ counting: DoubtCounting
        ) async throws -> Planning.Result {
            if let change { try await plan.renew(change, on: stock) }
            return try await plan.finish(counting)
        }
    }

    /// Works out what the shop should show; `lent` is what was worked out while the shop was lent.
    func work(
        out judged: borrowing JudgedDelivery,
        goingOnFrom lent: LentPlan? = nil
    ) async throws -> (Planning.Result, PublicationReview, OrderContainment.Contained?) {
        var planning = try lent?.planning ?? Planning(shop: shop, oro: oro, at: started)
        let contained = try await OrderContainment(shop, at: started)?.changes(with: judged, of: source)
        planning.orders?.take(contained?.changes.orders ?? [])
        let doubts = DoubtfulStock(judged.doubts, units: planning.apportioner.units)
        let counting = DoubtCounting(judged, planning)
        let stock = await shop.stock(with: judged.observation.observed.view, of: source.id, doubts)
        let (accepted, asksAgain) = (judged.judgement.accepted, judged.isNew)
        let isFirstFull = await shop.isFirstFull(judged, of: source.id)
        let isIndexFresh = lent == nil ? try await complete(&planning.index) : false
        let (cleared, isFirst) = (judged.recounted, judged.observation.observed.isFirst)
        return try await stopwatch.time(.plan) { [planning] in
            var result =
                if var lent {
                    try await lent.finish(on: stock, counting)
                } else {
                    try await planning.plan(
                        accepted: accepted,
                        cleared: cleared.union(contained?.skus ?? []),
                        isFirst: isFirst,
                        on: stock,
                        isIndexFresh: isIndexFresh,
                        counting: counting
                    )
                }
            let unstated =
                isFirstFull ? try await planning.unstated(on: stock, after: accepted, of: record.id) : nil
            let review = try await PublicationReview.review(
                &result,
                of: record.id,
                asksAgain: asksAgain,
                unstated: unstated,
                shop.settings.guards,
                in: shop.state
            )
            return (result, review, contained)
        }
    }

    /// Sees to it that all levels of the shop are known; gives whether they were read just now.
    func complete(_ index: inout LevelIndex) async throws -> Bool {
        index.onRead = { [events] in events(.progressed(StepProgress(.index, done: $0))) }
        return try await stopwatch.time(.index) { [index] in try await index.complete() }
    }

    /// Works out what the shop should show while the shop is lent.
    ///
    /// Nothing where there is nobody to lend it to, and for a first delivery. Nor where orders are read: what
    /// they change between two runs leaves no trace in the baselines.
    ///
    /// - Throws: `Fault`.
    func lentPlan(_ judged: borrowing JudgedDelivery) async throws -> LentPlan? {
        guard shop.turn != nil, shop.settings.orders == nil, !judged.observation.observed.isFirst else {
            return nil
        }
        var planning = try Planning(shop: shop, oro: oro, at: started)
        let isIndexFresh = try await complete(&planning.index)
        let (accepted, cleared, doubts) = (judged.judgement.accepted, judged.recounted, judged.doubts)
        let doubtful = DoubtfulStock(doubts, units: planning.apportioner.units)
        let stock = await shop.stock(with: judged.observation.observed.view, of: source.id, doubtful)
        return try await stopwatch.time(.plan) { [planning, shop] in
            let plan = try await shop.lending {
                let outline = try await planning.outline(
                    accepted: accepted,
                    cleared: cleared,
                    isFirst: false,
                    on: stock,
                    isIndexFresh: isIndexFresh
                )
                return try await OpenPlan(planning, outline, on: stock)
            }
            return LentPlan(plan, accepted: accepted, cleared: cleared, doubts: doubts)
        }
    }

    /// Judges the delivery anew where events came in between; where they leave no other way it is read, and
    /// planned, once more.
    ///
    /// - Throws: `Fault`.
    mutating func caughtUp(
        _ judged: consuming JudgedDelivery,
        _ watch: StockWatch,
        _ lent: inout LentPlan?
    ) async throws -> JudgedDelivery {
        let known = await watch.touched()
        if known != nil, try await !watch.hasSeenAny() { return judged }
        let intake = judged.intake
        guard let touched = known,
            let observation = try await watch.caughtUp(judged.observation)
        else {
            lent = nil
            return try await observe()
        }
        let now = try await judge(observation, of: intake)
        if try await shop.readsAgain(now, of: source.id, at: started) {
            lent = nil
            return try await observe()
        }
        try note(now)
        lent?.compare(with: now, touched: touched)
        return now
    }
}
