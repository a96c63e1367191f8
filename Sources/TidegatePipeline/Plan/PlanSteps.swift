import InventoryCore
import StateStore

/// Divides the stock of the touched SKUs in steps: several run at once, and their parts are handed on in
/// order.
struct PlanSteps: Sendable {
    private let stock: ShopStock
    private let index: LevelIndex
    private let asking: LevelIndex.Asking
    private let apportioner: Apportioner
    private let former: Apportioner?
    /// What is accepted but not yet in the baseline, in byte order of the SKUs.
    private let accepted: [Delta]
    private let orders: ShopOrders?
    private let reasons: PlanReasons
    /// Whether nobody knows what was sold lately.
    private let areOrdersStale: Bool

    /// SKUs of a step; bounds the memory that a plan needs meanwhile.
    private static let skusPerStep = 2_500
    /// Steps under way or waiting for their turn.
    private static let stepsMax = 6

    /// `accepted` comes in byte order of the SKUs.
    init(
        _ planning: Planning,
        _ stock: ShopStock,
        accepted: [Delta],
        former: Apportioner?,
        _ asking: LevelIndex.Asking,
        for reasons: PlanReasons = PlanReasons()
    ) async throws {
        self.stock = stock
        self.reasons = reasons
        index = planning.index
        apportioner = planning.apportioner
        self.former = former
        self.accepted = accepted
        self.asking = asking
        orders = planning.orders
        areOrdersStale = try await planning.orders?.isStale() ?? false
    }

    /// Calls `body` with the part of each step, in the order of the SKUs (byte order, each once).
    ///
    /// - Throws: what reading and the closure throw.
    func forEach(of skus: [SKU], _ body: (PlanPart) throws -> Void) async throws {
        try await forEach(of: PlanSteps.steps(of: skus)) { _, part in try body(part) }
    }

    /// Gives which SKUs are worked out together.
    static func steps(of skus: [SKU], each count: Int = PlanSteps.skusPerStep) -> [[SKU]] {
        stride(from: 0, to: skus.count, by: count).map { Array(skus[$0...].prefix(count)) }
    }

    /// The same for steps that are known; `body` is told which it is.
    func forEach(of steps: [[SKU]], _ body: (_ number: Int, PlanPart) throws -> Void) async throws {
        try await withThrowingTaskGroup(of: (number: Int, part: PlanPart).self) { group in
            func begin(_ number: Int) {
                guard number < steps.count else { return }
                group.addTask { (number, try await step(steps[number])) }
            }
            for number in 0..<PlanSteps.stepsMax { begin(number) }
            var waiting: [Int: PlanPart] = [:]
            for turn in steps.indices {
                while waiting[turn] == nil, let done = try await group.next() {
                    waiting[done.number] = done.part
                }
                guard let part = waiting.removeValue(forKey: turn) else { return }
                begin(turn + PlanSteps.stepsMax)
                try body(turn, part)
            }
        }
    }

    private func step(_ skus: [SKU]) async throws -> PlanPart {
        try Task.checkCancellation()
        let products = shown(for: skus)
        var levels = try await index.levels(of: products, asking)
        let positions = try await stock.placedPositions(ofEach: skus)
        let ordered = try await orders?.ordered(of: skus, on: products, by: apportioner)
        let (part, lacking) = try part(skus, positions, levels, ordered)
        // What is found may be a product that shows the stock of any of them.
        guard try await index.lookUp(Set(lacking).sorted(), asking, into: &levels) else { return part }
        return try self.part(skus, positions, levels, ordered).part
    }

    /// Divides the stock of each SKU; `lacking` are products of which the shop lacks a wanted level.
    private func part(
        _ skus: [SKU],
        _ positions: PlacedPositions,
        _ levels: KnownLevels,
        _ ordered: OrderedStock?
    ) throws -> (part: PlanPart, lacking: [SKU]) {
        var part = PlanPart(apportioner, former: former, areOrdersStale: areOrdersStale)
        var divided = SerialApportioner(apportioner)
        var lacking: [SKU] = []
        var places = positions.places
        var rows: [PlacedPositions.Row] = []
        var next = skus.first.map { accepted.firstIndex(fromBytesOf: $0, by: \.key.sku) } ?? accepted.count
        let isClear = stock.doubts.isEmpty
        var why = PlanReasons.Walk(reasons, from: skus.first)
        try levels.forEach(of: skus) { number, own in
            rows.removeAll(keepingCapacity: true)
            rows.append(contentsOf: positions[number])
            let isDoubtful = !isClear && stock.doubts.contains(own.sku)
            if isDoubtful { stock.doubts.apply(to: &rows, of: own.sku, &places) }
            while next < accepted.count, accepted[next].key.sku < own.sku { next += 1 }
            var reasons = why.reasons(of: own.sku)
            if isDoubtful { reasons.insert(.doubt) }
            while next < accepted.count, accepted[next].key.sku == own.sku {
                PlacedPositions.Row.apply(accepted[next], to: &rows, &places)
                reasons.insert(.stated)
                next += 1
            }
            let shopUnits = own.shopUnits
            let orders = ordered?.orders(of: own.sku, shopUnits: shopUnits) ?? .none
            divided.apportion(
                own.sku,
                rows: rows,
                at: places,
                shopUnits: shopUnits,
                aliasUnits: own.shopUnits(of:),
                unclear: isDoubtful ? unclear(own.sku, rows, places) : [],
                orders: orders
            )
            lacking += try part.add(own, rows: rows, at: places, divided, orders, for: reasons)
        }
        try part.seal()
        return (part, lacking)
    }

    private func unclear(_ sku: SKU, _ rows: [PlacedPositions.Row], _ places: PlaceList) -> [Location] {
        stock.doubts.unclear(sku) { places.positions(rows[...], of: sku) }
    }

    /// The products that show stock of these SKUs, or did so in the last run.
    private func shown(for skus: [SKU]) -> [SKU] {
        let aliases = skus.flatMap { apportioner.rules.aliases(of: $0, andBy: former?.rules) }
        return aliases.isEmpty ? skus : Set(skus + aliases).sorted()
    }
}
