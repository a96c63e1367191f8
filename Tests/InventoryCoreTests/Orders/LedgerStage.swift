import InventoryCore

/// A shop of single levels, an ERP's figures and the ledger between them, for courses told step by step.
///
/// It does what the shell does in a poll, with everything at hand; quantities are whole units.
struct LedgerStage {
    private(set) var ledger: OrderLedger
    private(set) var now = Self.noon
    /// What the ERP's last figure says.
    private(set) var nets: [SKU: Int64]
    /// What the shop last confirmed (`L`), what it shows (`Q`), and what we have written.
    private(set) var last: [SKU: Int64]
    private(set) var shown: [SKU: Int64]
    private(set) var writes: [SKU: [Int64]] = [:]
    private var asOf = Self.noon
    private var rows: [WebOrder] = []

    static let noon = Timestamp(microseconds: 1_796_126_400_000_000)

    init(
        _ nets: [SKU: Int64] = ["A": 10],
        shown: [SKU: Int64]? = nil,
        change: (inout LedgerRules) -> Void = { _ in }
    ) {
        var rules = LedgerRules(since: Self.noon.adding(seconds: -3600))
        change(&rules)
        ledger = OrderLedger(rules)
        self.nets = nets
        last = shown ?? nets
        self.shown = shown ?? nets
    }

    static func line(_ id: Int64, _ sku: SKU, _ quantity: Int64, parts: [(SKU, Int64)] = [])
        -> WebOrder.Line
    {
        WebOrder.Line(
            id: id,
            sku: sku,
            unit: "item",
            quantity: Quantity(units: quantity),
            parts: parts.enumerated().map { number, part in
                WebOrder.Part(
                    id: Int64(number + 1),
                    sku: part.0,
                    unit: "item",
                    quantity: Quantity(units: part.1)
                )
            }
        )
    }

    static func line(_ id: Int64, _ quantity: Int64) -> WebOrder.Line { line(id, "A", quantity) }

    static func level(_ sku: SKU) -> LevelKey { LevelKey(sku: sku, unit: "item") }

    /// What counts of a product's orders.
    func open(_ sku: SKU = "A") -> Int64 {
        units(lines(of: sku).reduce(0) { $0 + $1.open.millionths })
    }

    func pending(_ sku: SKU = "A") -> Int64 {
        units(Checkouts.pending(lines(of: sku), at: now).millionths)
    }

    /// How much of an order's lines was seen taken, in the order of their ids.
    func taken(_ id: Int64) -> [Int64] {
        ledger[OrderID(id)]?.lines.map { units($0.taken.millionths) } ?? []
    }

    func endings(_ id: Int64) -> [LedgerLine.Ending?] {
        ledger[OrderID(id)]?.lines.map(\.ending) ?? []
    }

    private func lines(of sku: SKU) -> [LedgerLine] {
        ledger.orders.values.flatMap(\.lines).filter { $0.sku == sku }
    }

    private func units(_ millionths: Int64) -> Int64 { millionths / Quantity.scale }

    // MARK: what happens

    mutating func wait(_ seconds: Int64) { now = now.adding(seconds: seconds) }

    /// The shop's row of an order, as the next poll finds it.
    mutating func row(
        _ id: Int64,
        _ lines: [WebOrder.Line],
        status: String? = "open",
        isExternal: Bool = false,
        parent: Int64? = nil,
        placed: Timestamp? = nil
    ) {
        rows.append(
            WebOrder(
                id: OrderID(id),
                placed: placed ?? ledger[OrderID(id)]?.placed ?? now,
                status: status,
                isExternal: isExternal,
                parent: parent.map { OrderID($0) },
                lines: lines
            )
        )
    }

    /// The shop's own checkout takes stock.
    mutating func sell(_ quantity: Int64, of sku: SKU = "A") { shown[sku, default: 0] -= quantity }

    /// Somebody else writes a level.
    mutating func show(_ quantity: Int64, of sku: SKU = "A") { shown[sku] = quantity }

    mutating func poll() {
        for row in rows { ledger.take(row, at: now, shopTime: now) }
        rows = []
        for level in ledger.unsettledLevels.sorted() {
            let quantity = shown[level.sku] ?? 0
            ledger.observe(
                level,
                last: Quantity(units: last[level.sku] ?? quantity),
                shown: Quantity(units: quantity),
                at: now
            )
            last[level.sku] = quantity
        }
        plan()
    }

    mutating func lose(_ id: Int64) {
        ledger.lose(OrderID(id), at: now)
        plan()
    }

    mutating func release(_ id: Int64) {
        ledger.release(OrderID(id), at: now)
        plan()
    }

    @discardableResult
    mutating func acknowledge(
        _ id: Int64,
        _ state: OrderAcknowledgement.State = .booked,
        line: Int64? = nil,
        quantity: Int64? = nil,
        at: Timestamp? = nil,
        source: SourceID? = nil
    ) -> Bool {
        let statement = OrderAcknowledgement(
            order: "\(id)",
            line: line,
            quantity: quantity.map { Quantity(units: $0) },
            state: state,
            at: at ?? now,
            source: source
        )
        let isNew = ledger.acknowledge(OrderID(id), statement, at: now)
        plan()
        return isNew
    }

    mutating func live(through time: Timestamp) {
        ledger.countAsImported(aliveThrough: time)
        plan()
    }

    /// A figure of the ERP is accepted, and what it contains leaves in the same step.
    mutating func snapshot(_ nets: [SKU: Int64], asOf: Timestamp? = nil, source: SourceID? = nil) {
        self.nets.merge(nets) { $1 }
        let asOf = asOf ?? now
        ledger.contain(at: now) { line, part in
            nets[line.sku] != nil && part.at <= asOf && (part.source == nil || part.source == source)
        }
        plan()
    }

    private mutating func plan() {
        for (sku, net) in nets {
            let allocation = Quantity(units: max(0, net - open(sku)))
            let target = Checkouts.target(allocation, pending: Checkouts.pending(lines(of: sku), at: now))
            let wanted = units(target.millionths)
            guard wanted != last[sku] else { continue }
            (last[sku], shown[sku]) = (wanted, wanted)
            writes[sku, default: []].append(wanted)
        }
    }
}
