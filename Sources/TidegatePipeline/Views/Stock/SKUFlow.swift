package import InventoryCore
package import StateStore
import TidegateSettings

/// How one SKU's stock becomes what the shop shows, step by step and in figures.
///
/// `Explanation` tells the same in words, with the lines of the snapshot; this reads no file, so that a page
/// can ask for it.
package struct SKUFlow: Sendable {
    package let sku: SKU
    /// What the ERP states, less what is committed and unusable, as it counts now.
    package let positions: [Position]
    package let doubts: [Doubt]
    /// What counts of each location, in base units, with who has it.
    package let places: [Place]
    package let sites: [Site]
    package let levels: [Level]
    package let exceptions: [StoredException]
    package let rulesVersion: String

    package struct Place: Hashable, Sendable {
        package let location: Location
        /// What the ERP's rows of it came to last where they were clear, in their own units.
        package let rows: [Position]
        package let net: Quantity
        /// Nothing where no site has it, and so nobody gets it.
        package let site: SiteID?
        /// The fence whose own it is.
        package let fence: FenceID?
    }

    /// The division at one site, in base units.
    package struct Site: Hashable, Sendable {
        package let id: SiteID
        /// What less counts because some of it is in doubt.
        package let doubted: Quantity
        package let stock: Quantity
        package let orders: Quantity
        package let safetyWanted: Quantity
        package let safetyHeld: Quantity
        package let pool: Quantity
        package let shared: Quantity
        package let fences: [FenceShare]
    }

    package struct FenceShare: Hashable, Sendable {
        package let id: FenceID
        package let customerGroup: String
        /// Such as `floor 40`; nothing where no rule matches now.
        package let rule: String?
        package let target: Quantity
        package let filled: Quantity
        package let dedicated: Quantity
        package let quota: Quantity?
        package let consumed: Quantity
    }

    /// What one level is to show, and what the shop has said of it.
    package struct Level: Sendable {
        package let key: LevelKey
        /// Nothing where the stock was never clearly stated, or the rules have no such level any more.
        package let wanted: Quantity?
        /// Nothing where the shop does not have it.
        package let receipts: LevelReceipts?
        /// The base units in one of its units; nothing where that is not declared.
        package let perBase: Ratio?
    }

    /// Works it out.
    ///
    /// - Throws: `Fault`: neither the ERP nor the shop knows the SKU (66).
    package init(of sku: SKU, in shop: Shop) async throws {
        do {
            let state = shop.state
            var receipts = try await state.receipts(of: sku)
            for alias in Set(shop.settings.rules.aliases(of: sku)).sorted() {
                receipts += try await state.receipts(of: alias)
            }
            let instant = try await state.figuresMadeBy()?.at ?? .now
            let apportioner = try shop.settings.apportioner(at: instant)
            let book = try await state.doubts(of: [sku], in: shop.sources.map(\.id))
            let doubtful = DoubtfulStock(book, units: apportioner.units)
            let stated = try await shop.stock(DoubtfulStock()).positions(of: [sku])[sku] ?? []
            let positions = doubtful.applied(to: stated, of: sku)
            doubts = book.all.sorted { $0.key < $1.key }
            guard !positions.isEmpty || !receipts.isEmpty || !doubts.isEmpty else {
                throw Explanation.unknown(sku, near: try await shop.knownNames(near: [sku])[sku.text])
            }
            let division = try await StockDivision(
                of: [sku],
                by: apportioner,
                levels: receipts.map(\.level),
                in: shop
            )
            let divided = division.divide(sku, positions, unclear: doubtful.unclear(sku) { stated })
            let clear = positions == stated ? divided : division.divide(sku, stated, unclear: [])
            self.sku = sku
            self.positions = positions.sorted { $0.key < $1.key }
            let rows = Dictionary(grouping: stated.sorted { $0.key < $1.key }, by: \.key.location)
            places = clear.apportionment.stock.nets.map { location, net in
                Place(location, rows[location] ?? [], net, apportioner.rules)
            }
            sites = zip(divided.apportionment.allocations, clear.apportionment.allocations).map {
                Site($0, clear: $1, divided.quotas, apportioner.rules)
            }
            levels = SKUFlow.levels(divided, receipts, apportioner.units)
            exceptions = try await state.openExceptions(of: [sku])
            rulesVersion = apportioner.text.version.text
        } catch {
            throw Fault(error)
        }
    }

    private static func levels(
        _ divided: StockDivision.Result,
        _ receipts: [LevelReceipts],
        _ units: UnitTable
    ) -> [Level] {
        let written = Dictionary(divided.written.map { ($0.key, $0.quantity) }) { first, _ in first }
        func level(_ key: LevelKey, _ receipts: LevelReceipts?) -> Level {
            let perBase = units.perBase(shop: key.unit, of: key.sku)
            return Level(key: key, wanted: written[key], receipts: receipts, perBase: perBase)
        }
        let missing = divided.wanted.filter { level in !receipts.contains { $0.level.key == level.key } }
        return receipts.map { level($0.level.key, $0) } + missing.map { level($0.key, nil) }
    }
}

extension SKUFlow.Place {
    fileprivate init(_ location: Location, _ rows: [Position], _ net: Quantity, _ rules: RuleSet) {
        let role = rules.role(of: location)
        self.init(
            location: location,
            rows: rows,
            net: net,
            site: role.map { rules.sites[$0.site].id },
            fence: role?.owner.map { rules.fences[$0].id }
        )
    }
}

extension SKUFlow.Site {
    fileprivate init(
        _ allocation: SiteAllocation,
        clear: SiteAllocation,
        _ quotas: [QuotaUse.Quota],
        _ rules: RuleSet
    ) {
        id = rules.sites[allocation.site].id
        let less = Int128(clear.stock.millionths) - Int128(allocation.stock.millionths)
        doubted = Quantity(millionths: Int64(clamping: less))
        (stock, orders) = (allocation.stock, allocation.orders)
        (safetyWanted, safetyHeld) = (allocation.safetyWanted, allocation.safetyHeld)
        (pool, shared) = (allocation.pool, allocation.shared)
        fences = allocation.fences.enumerated().filter(\.element.isConcerned).map { number, share in
            let fence = rules.fences[number]
            let quota = quotas.first { $0.site == allocation.site && $0.fence == number }
            return SKUFlow.FenceShare(
                id: fence.id,
                customerGroup: fence.customerGroup,
                rule: share.rule.map { "\(fence.rules[$0].hold.kind) \(fence.rules[$0].hold.quantity)" },
                target: share.steppedTarget,
                filled: share.carved,
                dedicated: share.dedicated,
                quota: quota?.quantity,
                consumed: share.consumed
            )
        }
    }
}
