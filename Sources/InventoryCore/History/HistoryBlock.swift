/// Writes entries, sorted by SKU, into one block that can be read alone.
///
/// Each SKU is written as what differs from the one before, and each name of a site, unit or warehouse once.
package struct HistoryBlockWriter: Sendable {
    private var content = HistoryBytes()
    private var names: [String: Int] = [:]
    private var sku: [UInt8] = []
    private var at: Int64 = 0
    private var act: Int64 = 0
    package private(set) var count = 0
    package private(set) var first: SKU?
    package private(set) var last: SKU?

    package init() {}

    package var bytes: [UInt8] { content.bytes }
    package var byteCount: Int { content.bytes.count }

    package mutating func removeAll() {
        content.removeAll()
        names.removeAll(keepingCapacity: true)
        sku.removeAll(keepingCapacity: true)
        (at, act, count, first, last) = (0, 0, 0, nil, nil)
    }

    package mutating func append(_ entry: HistoryEntry) {
        begin(entry.sku, at: entry.at, act: entry.act, entry.event.number)
        switch entry.event {
        case .decision: break
        case .stock(let stock):
            content.append(stock.reasons.rawValue)
            content.append(unsigned: UInt64(stock.sites.count))
            for site in stock.sites { append(site.site.text, site.stock, site.orders) }
        case .level(let level): append(level, of: entry.sku)
        }
    }

    /// Appends what an allocation has counted, straight from its sums; hot (`PipelineBenchmarks`).
    ///
    /// Time and act are those of the block's `with`.
    package mutating func append(
        _ sku: SKU,
        _ reasons: HistoryReasons,
        _ allocations: [SiteAllocation],
        _ rules: borrowing RuleSet
    ) {
        begin(sku, at: Timestamp(microseconds: 0), act: 0, HistoryEntry.Event.stockNumber)
        content.append(reasons.rawValue)
        var used = 0
        for allocation in allocations where allocation.countsSomething { used += 1 }
        content.append(unsigned: UInt64(used))
        for allocation in allocations where allocation.countsSomething {
            let figures = allocation.counted
            append(rules.sites[allocation.site].id.text, figures.stock, figures.orders)
        }
    }

    private mutating func append(_ site: String, _ stock: Quantity, _ orders: Quantity) {
        append(name: site)
        content.append(stock)
        content.append(orders)
    }

    private mutating func append(_ level: HistoryLevel, of sku: SKU) {
        content.append(level.kind.rawValue)
        // Mostly the level is of the stock's own product.
        append(name: level.key.sku == sku ? "" : level.key.sku.text)
        append(name: level.key.unit.text)
        append(name: level.key.warehouse ?? "")
        content.append(level.before)
        content.append(level.after)
        if level.kind == .refused { append(name: level.refusal?.rawValue ?? "") }
    }

    private mutating func begin(_ next: SKU, at time: Timestamp, act number: Int64, _ kind: UInt8) {
        var text = next.text
        text.withUTF8 { bytes in
            let most = min(sku.count, bytes.count)
            var shared = 0
            while shared < most, sku[shared] == bytes[shared] { shared += 1 }
            let rest = UnsafeBufferPointer(rebasing: bytes[shared...])
            content.append(unsigned: UInt64(shared))
            content.append(unsigned: UInt64(rest.count))
            content.append(contentsOf: rest)
            if shared < sku.count { sku.removeLast(sku.count - shared) }
            sku.append(contentsOf: rest)
        }
        content.append(kind)
        content.append(signed: time.microseconds &- at)
        content.append(signed: number &- act)
        (at, act) = (time.microseconds, number)
        if first == nil { first = next }
        last = next
        count += 1
    }

    private mutating func append(name: String) {
        if let number = names[name] { return content.append(unsigned: UInt64(number)) }
        content.append(unsigned: UInt64(names.count))
        names[name] = names.count
        content.append(name)
    }
}

/// Reads a block entry by entry.
package struct HistoryBlockReader: Sendable {
    private var bytes: HistoryByteReader
    private var names: [String] = []
    private var sku: [UInt8] = []
    private var text: SKU = ""
    private var at: Int64 = 0
    private var act: Int64 = 0
    /// What the block's entries are of, where they do not say it themselves.
    private let all: (at: Timestamp, act: Int64)?

    /// Begins to read.
    ///
    /// - Parameters:
    ///   - bytes: of a block.
    ///   - all: the time and the act of all of its entries, where one act has written it.
    package init(_ bytes: ArraySlice<UInt8>, of all: (at: Timestamp, act: Int64)? = nil) {
        self.bytes = HistoryByteReader(bytes)
        self.all = all
    }

    /// Gives the next entry; nothing at the end.
    package mutating func next() throws(HistoryDamage) -> HistoryEntry? {
        if bytes.isAtEnd { return nil }
        let shared = try bytes.count(below: sku.count + 1)
        let rest = try bytes.slice(try bytes.count(below: .max))
        if shared < sku.count || !rest.isEmpty {
            sku.removeLast(sku.count - shared)
            sku.append(contentsOf: rest)
            text = SKU(String(decoding: sku, as: UTF8.self))
        }
        let kind = try bytes.byte()
        at &+= try bytes.signed()
        act &+= try bytes.signed()
        return HistoryEntry(
            sku: text,
            at: all?.at ?? Timestamp(microseconds: at),
            act: all?.act ?? act,
            event: try event(kind)
        )
    }

    private mutating func event(_ kind: UInt8) throws(HistoryDamage) -> HistoryEntry.Event {
        switch kind {
        case HistoryEntry.Event.stockNumber: .stock(try stock())
        case HistoryEntry.Event.levelNumber: .level(try level())
        case HistoryEntry.Event.decisionNumber: .decision
        default: throw HistoryDamage()
        }
    }

    private mutating func stock() throws(HistoryDamage) -> HistoryStock {
        let reasons = HistoryReasons(rawValue: try bytes.byte())
        let count = try bytes.count(below: .max)
        var sites: [HistoryStock.SiteFigures] = []
        for _ in 0..<count {
            sites.append(
                HistoryStock.SiteFigures(
                    site: SiteID(try name()),
                    stock: try bytes.knownQuantity(),
                    orders: try bytes.knownQuantity()
                )
            )
        }
        return HistoryStock(reasons: reasons, sites: sites)
    }

    private mutating func level() throws(HistoryDamage) -> HistoryLevel {
        guard let kind = HistoryLevel.Kind(rawValue: try bytes.byte()) else { throw HistoryDamage() }
        let (product, unit, warehouse) = (try name(), try name(), try name())
        let key = LevelKey(
            sku: product.isEmpty ? text : SKU(product),
            unit: StockUnit(unit),
            warehouse: warehouse.isEmpty ? nil : warehouse
        )
        var level = HistoryLevel(
            key: key,
            kind: kind,
            before: try bytes.quantity(),
            after: try bytes.quantity()
        )
        if kind == .refused { level.refusal = Receipt.Refusal(rawValue: try name()) }
        return level
    }

    private mutating func name() throws(HistoryDamage) -> String {
        let number = try bytes.count(below: names.count + 1)
        if number == names.count { names.append(try bytes.text()) }
        return names[number]
    }
}

extension HistoryEntry.Event {
    fileprivate static let stockNumber: UInt8 = 0
    fileprivate static let levelNumber: UInt8 = 1
    fileprivate static let decisionNumber: UInt8 = 2

    fileprivate var number: UInt8 {
        switch self {
        case .stock: HistoryEntry.Event.stockNumber
        case .level: HistoryEntry.Event.levelNumber
        case .decision: HistoryEntry.Event.decisionNumber
        }
    }
}

extension SiteAllocation {
    /// What the site's locations hold and what is ordered of it, over the shared pool and all fences.
    ///
    /// `dedicated` is what a fence's own locations hold less its orders, and `ordersChargedToPool` what of
    /// those they lack; so both together give back what they hold.
    package var counted: (stock: Quantity, orders: Quantity) {
        var (held, ordered) = (Int128(stock.millionths), Int128(orders.millionths))
        for fence in fences {
            held += Int128(fence.dedicated.millionths) + Int128(fence.orders.millionths)
            held -= Int128(fence.ordersChargedToPool.millionths)
            ordered += Int128(fence.orders.millionths)
        }
        return (Quantity(millionths: Int64(clamping: held)), Quantity(millionths: Int64(clamping: ordered)))
    }

    fileprivate var countsSomething: Bool {
        let (held, ordered) = counted
        return held != .zero || ordered != .zero
    }
}
