import InventoryCore
import StateStore

/// The plan for a run of consecutive SKUs.
///
/// A SKU that needs no write leaves only its certificate rows.
struct PlanPart: Sendable {
    private let apportioner: Apportioner
    /// How the SKUs were apportioned in the last run, where that was by other rules.
    private let former: Apportioner?
    /// Whether any rule, of now or before, shows stock as another product.
    private let hasAliases: Bool
    /// Whether nobody knows what was sold lately: then nothing rises.
    private let areOrdersStale: Bool
    /// SKUs with figures that do not rise for that reason.
    private(set) var waiting: Set<SKU> = []
    /// SKUs of whose stock the ERP does not know all that was ordered.
    private(set) var ordered: [SKU] = []
    private(set) var plan = PushPlan.Draft()
    /// For each wish, in the order added: the row of its level, and the SKU whose stock that shows.
    private(set) var targets: [Target] = []
    private(set) var certificate: CertificateRows
    /// What the history keeps of each SKU, until it is sealed.
    private var counted = HistoryBlockWriter()
    private(set) var stocks: HistoryStocks?
    private(set) var exceptions: [InventoryException] = []
    /// Of exceptions that are about no SKU: a location without a site may hold all of them.
    private var told: Set<ExceptionKey> = []

    typealias Target = (row: LevelRow, stock: SKU)

    init(_ apportioner: Apportioner, former: Apportioner?, areOrdersStale: Bool = false) {
        self.apportioner = apportioner
        self.areOrdersStale = areOrdersStale
        self.former = former
        let fences = apportioner.rules.fences + (former?.rules.fences ?? [])
        hasAliases = fences.contains { fence in
            if case .skuAlias = fence.publish { true } else { false }
        }
        certificate = CertificateRows(rules: apportioner.rules)
    }

    /// Adds a SKU whose stock has just been divided; SKUs come in byte order.
    ///
    /// - Returns: products of which a wanted level is missing although the shop has the SKU.
    mutating func add(
        _ levels: SKULevels,
        rows: [PlacedPositions.Row],
        at places: PlaceList,
        _ divided: borrowing SerialApportioner,
        _ orders: SKUOrders = .none,
        for reasons: HistoryReasons = []
    ) throws -> [SKU] {
        var lacking: [SKU] = []
        if !orders.lines.isEmpty { ordered.append(levels.sku) }
        for exception in divided.exceptions {
            guard exception.subject.sku != nil || told.insert(exception.key).inserted else { continue }
            exceptions.append(exception)
        }
        for allocation in divided.allocations {
            try certificate.add(allocation, figures: divided.figures.pools)
        }
        counted.append(levels.sku, reasons, divided.allocations, apportioner.rules)
        let isUnknown = levels.isUnknown
        let hasProduct = !isUnknown || levels.hasProduct(levels.sku)
        if isUnknown, !hasProduct || divided.wanted.isEmpty {
            tellUnknown(levels, rows, hasProduct: hasProduct)
        }
        // A pool of which something was never clear is not written: whatever the shop shows stays.
        let mayRise = !areOrdersStale && !divided.onlyFalls
        // Only what checkouts may still take has to be found at its level.
        let isPending = orders.lines.contains { $0.pending > .zero }
        let orders = isPending ? orders.naming { levels[$0.sku].only(in: $0.unit) } : .none
        for allocated in divided.wanted where !divided.figures.unclear.contains(allocated.key) {
            // Nobody knows yet what a new checkout has taken: what falls is written as if it had taken its
            // part, and what rises waits until the level was read.
            let isUnseen = !orders.isEmpty && orders.areUnseen(of: allocated.key)
            let level = isUnseen ? allocated : orders.shown(allocated)
            guard level.quantity <= .shopMax else {
                exceptions.append(PlanPart.tooLarge(level, of: levels.sku))
                continue
            }
            let figure = levels.figure(level.key)
            if let figure {
                if mayRise && !isUnseen || !figure.current.rises(to: level.quantity) {
                    add(level, figure.row, figure.current, of: levels.sku)
                } else if areOrdersStale || isUnseen {
                    waiting.insert(levels.sku)
                }
            }
            guard hasProduct, figure?.isUnknown ?? true else { continue }
            let product = level.key.sku
            if product == levels.sku || levels.hasProduct(product) {
                let known = levels[product].first { $0.key == level.key }
                exceptions.append(
                    known?.id != nil
                        ? InventoryException(unnamed: level.key, showing: levels.sku)
                        : PlanPart.unknown(level.key, showing: levels.sku, isGone: known != nil)
                )
            } else {
                exceptions.append(PlanPart.unknown(product, showing: levels.sku))
            }
            if !isUnknown { lacking.append(product) }
        }
        let rest = forgotten(levels, wanted: divided.wanted)
        guard !rest.isEmpty else { return lacking }
        let before = formerKeys(levels, places.positions(rows[...], of: levels.sku))
        for level in rest where level.isOurs || before.contains(level.key) {
            let current = CurrentLevel(published: level.published, pending: level.pending)
            add(WantedLevel(key: level.key, quantity: .zero), level.row, current, of: levels.sku)
        }
        return lacking
    }

    /// Tells of a SKU that the shop does not show.
    private mutating func tellUnknown(
        _ levels: SKULevels,
        _ rows: [PlacedPositions.Row],
        hasProduct: Bool
    ) {
        let hasStock = rows.contains { $0.net != .zero }
        // A zero that could not be written was to end a figure of ours, which may stand anywhere by now.
        let isParked = !rows.isEmpty && levels.own.contains { $0.standing == .unknown }
        guard hasStock || isParked else { return }
        exceptions.append(PlanPart.unknown(levels.sku, hasProduct: hasProduct, hasStock: hasStock))
    }

    /// Compresses what the history keeps; no SKU can be added then.
    mutating func seal() throws {
        stocks = try HistoryStocks(counted)
        counted.removeAll()
    }

    private mutating func add(_ level: WantedLevel, _ row: LevelRow, _ current: CurrentLevel, of sku: SKU) {
        if plan.add(level, current: current) { targets.append((row, sku)) }
    }

    /// Levels that still show stock of the SKU although the rules no longer name them, such as those of a
    /// deleted fence: their stock belongs to other pools now.
    ///
    /// Only levels that we wrote, or that the last run's rules named.
    private func forgotten(_ levels: SKULevels, wanted: [WantedLevel]) -> [StoredLevel] {
        func isForgotten(_ level: StoredLevel) -> Bool {
            level.id != nil && level.expected ?? .zero != .zero && !wanted.contains { $0.key == level.key }
        }
        var rest = levels.own.filter(isForgotten)
        if hasAliases {
            let aliases = Set(apportioner.rules.aliases(of: levels.sku, andBy: former?.rules))
            for alias in aliases where alias != levels.sku {
                rest += levels[alias].lazy.filter(isForgotten)
            }
        }
        return rest.sorted { $0.key < $1.key }
    }

    /// The levels that the last run's rules named.
    private func formerKeys(_ levels: SKULevels, _ positions: [Position]) -> Set<LevelKey> {
        guard let former else { return [] }
        let divided = former.apportion(
            levels.sku,
            positions: positions,
            shopUnits: levels.shopUnits,
            aliasUnits: levels.shopUnits(of:)
        )
        return Set(divided.wanted.map(\.key))
    }

    // MARK: Exceptions

    private static func unknown(_ sku: SKU, hasProduct: Bool, hasStock: Bool) -> InventoryException {
        guard hasProduct else {
            let what =
                hasStock ? "The ERP has stock of \(sku)" : "0 is to be written to \(sku), which was shown"
            return InventoryException(
                code: .unknownSKU,
                subject: Subject(sku: sku),
                message: "\(what), and OroCommerce shows no product of that SKU."
            )
        }
        return InventoryException(
            code: .unknownLevel,
            subject: Subject(sku: sku),
            message: "OroCommerce has the product \(sku) and shows no inventory level of it: its row was "
                + "deleted and comes back by an import, or the role may not view it."
        )
    }

    /// A fence's second product that the shop lacks.
    private static func unknown(_ product: SKU, showing stock: SKU) -> InventoryException {
        InventoryException(
            code: .unknownSKU,
            subject: Subject(sku: product),
            stock: stock,
            message: "A fence shows stock of \(stock) as \(product), and OroCommerce shows no such product."
        )
    }

    private static func tooLarge(_ level: WantedLevel, of stock: SKU) -> InventoryException {
        InventoryException(
            code: .quantityTooLarge,
            subject: Subject(level.key),
            stock: stock,
            message:
                "\(level.quantity) has more integer digits than the ten that OroCommerce stores; it is not "
                + "sent, and what the shop shows stays."
        )
    }

    private static func unknown(_ key: LevelKey, showing stock: SKU, isGone: Bool) -> InventoryException {
        let target = [key.unit.text, key.warehouse].compactMap(\.self).joined(separator: " in ")
        let fate =
            isGone
            ? "no inventory level of \(key.sku) for \(target) any more: its row was deleted. It comes back "
                + "by an import of inventory, or when a quantity is entered for it in the product's inventory"
            : "no inventory level of \(key.sku) for \(target)"
        return InventoryException(
            code: .unknownLevel,
            subject: Subject(key),
            stock: stock,
            message: "OroCommerce has \(fate)."
        )
    }
}

extension Collection<StoredLevel> {
    /// The only level that a product has in a unit; nothing where there are several, or none.
    func only(in unit: StockUnit) -> LevelKey? {
        let own = filter { $0.key.unit == unit && $0.id != nil }
        return own.count == 1 ? own.first?.key : nil
    }
}

extension CurrentLevel {
    /// Whether a value is more than the level shows, or is about to.
    fileprivate func rises(to quantity: Quantity) -> Bool { quantity > (pending ?? published ?? .zero) }
}
