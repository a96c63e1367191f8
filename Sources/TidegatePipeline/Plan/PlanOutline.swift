import InventoryCore

/// What there is to plan, before anything of it is worked out.
struct PlanOutline: Sendable {
    /// In byte order of the SKUs.
    var accepted: [Delta]
    /// Everything that is worked out, in byte order.
    var skus: [SKU]
    /// What was found when products were asked for again that the shop lacked.
    let again: LevelIndex.AskedAgain
    var reasons: PlanReasons
    /// Open exceptions that the plan may end or has to know of.
    var open: [InventoryException] = []
    /// How the last figures were apportioned, where that was by other rules.
    var former: Apportioner?
    /// Levels that had moved by then are worked out, too.
    var movedUntil: Timestamp?
    var isFirst = false
    /// Whether all levels of the shop have been read just now.
    var isIndexFresh = false
    /// Whether every SKU is worked out.
    var isComplete = false
    /// Whether a timed rule or a quota's period has begun or ended since the last figures.
    var hasTurned = false

    init(accepted: [Delta], skus: [SKU], again: LevelIndex.AskedAgain, reasons: PlanReasons) {
        (self.accepted, self.skus, self.again, self.reasons) = (accepted, skus, again, reasons)
    }
}

extension PlanSteps {
    /// Prepares the steps of an outline.
    init(_ planning: Planning, _ stock: ShopStock, _ outline: PlanOutline) async throws {
        var asking = LevelIndex.Asking(
            open: outline.open,
            again: outline.again,
            isFresh: outline.isIndexFresh
        )
        asking.isOfAll = outline.isComplete
        try await self.init(
            planning,
            stock,
            accepted: outline.accepted,
            former: outline.former,
            asking,
            for: outline.reasons
        )
    }
}
