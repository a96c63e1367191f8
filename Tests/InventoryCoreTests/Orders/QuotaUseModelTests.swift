import InventoryCore
import TestSupport
import Testing

/// Random lines and instants against a model that adds up what the specification says, line by line.
@Suite("Consumption against a naive model")
struct QuotaUseModelTests {
    private struct Course {
        var use: QuotaUse
        var quotas: [[QuotaUse.Quota]]
        var lines: [QuotaLine]
        var counts: QuotaCount
        var spans: [QuotaPeriod: Range<Timestamp>]
        var period: [QuotaPeriod?]
    }

    private static let skus: [SKU] = ["A", "B"]
    private static let groups = ["Gold", "Silver"]
    private static let suffixes = ["-G", "-S"]

    private static func course(_ random: inout SplitMix64) -> Course {
        let unit = QuotaPeriod.Unit.allCases.randomElement(using: &random) ?? .day
        let begin = Timestamp(microseconds: Int64.random(in: 0..<1_000, using: &random))
        let length = Int64.random(in: 0..<1_500, using: &random)
        let end = Timestamp(microseconds: begin.microseconds + length)
        let spans = [QuotaPeriod(unit): begin..<end]
        let counts = QuotaCount.allCases.randomElement(using: &random) ?? .level
        let periods = groups.map { _ in Bool.random(using: &random) ? QuotaPeriod(unit) : nil }
        let fences = groups.indices.map { number in
            Fence(
                id: FenceID(groups[number]),
                customerGroup: groups[number],
                rank: number,
                publish: .skuAlias("{sku}\(suffixes[number])"),
                rules: [FenceRule(hold: .quota(Quantity(units: 5)), period: periods[number])]
            )
        }
        let case12 = UnitConversion(erp: "CS", perBase: Ratio(12, over: 1) ?? .one, shop: "case")
        let each = UnitConversion(erp: "EA", perBase: .one, shop: "item")
        let apportioner = Apportioner(
            rules: RuleSet(fences: fences),
            units: UnitTable(general: [each, case12]),
            publishUnits: .primary,
            quotaCounts: counts,
            at: begin
        )
        let use = QuotaUse(apportioner, periods: spans)
        let lines = (0..<Int.random(in: 0...30, using: &random)).map { number in
            let sku = skus.randomElement(using: &random) ?? "A"
            let suffix = (suffixes + [""]).randomElement(using: &random) ?? ""
            let unit: StockUnit = Bool.random(using: &random) ? "item" : "case"
            return QuotaLine(
                order: OrderID(Int64(number)),
                level: LevelKey(sku: SKU(sku.text + suffix), unit: unit, warehouse: nil),
                customerGroup: (groups + [nil]).randomElement(using: &random) ?? nil,
                ordered: Quantity(millionths: Int64.random(in: 1...9_000_000, using: &random)),
                placed: Timestamp(microseconds: Int64.random(in: 0..<2_000, using: &random))
            )
        }
        return Course(
            use: use,
            quotas: skus.map(use.quotas(of:)),
            lines: lines,
            counts: counts,
            spans: spans,
            period: periods
        )
    }

    @Test("given 200 random courses, then what is consumed is the sum of the lines that count, in any order")
    func sums() {
        for seed in 0..<200 {
            var random = SplitMix64(state: UInt64(seed))
            let course = Self.course(&random)
            for (number, sku) in Self.skus.enumerated() {
                let products = [sku.text] + Self.suffixes.map { sku.text + $0 }
                var lines = course.lines.filter { products.contains($0.level.sku.text) }
                let item = ShopUnit(unit: "item", precision: 0, isPrimary: true)
                let quotas = course.quotas[number]
                let consumed = course.use.consumed(of: quotas, sku, by: lines, shopUnits: [item])
                var model: [Int64] = [0, 0]
                for line in lines {
                    for fence in 0..<2 {
                        let isOwn = line.level.sku.text == sku.text + Self.suffixes[fence]
                        let isGroup = line.customerGroup == Self.groups[fence]
                        guard course.counts == .level ? isOwn : isGroup else { continue }
                        if let period = course.period[fence] {
                            guard let span = course.spans[period], line.placed >= span.lowerBound,
                                line.placed < span.upperBound
                            else { continue }
                        }
                        model[fence] += line.ordered.millionths * (line.level.unit == "case" ? 12 : 1)
                    }
                }
                #expect(consumed.map(\.use.quantity.millionths) == model, "seed \(seed), \(sku)")
                lines.shuffle(using: &random)
                let again = course.use.consumed(of: quotas, sku, by: lines, shopUnits: [item])
                #expect(again == consumed, "seed \(seed), \(sku)")
            }
        }
    }
}
