import InventoryCore
import TestSupport

extension HistoryEntry {
    /// Entries of a few SKUs, sorted, with all that an entry can have.
    static func some(_ count: Int, using random: inout SplitMix64) -> [HistoryEntry] {
        var entries: [HistoryEntry] = []
        for number in 0..<count {
            let sku = SKU("AB-\(random.below(max(1, count / 3)))")
            let at = Timestamp(microseconds: 1_790_000_000_000_000 + Int64(number) * 1_234_567)
            let act = Int64(random.below(50))
            entries.append(HistoryEntry(sku: sku, at: at, act: act, event: event(of: sku, &random)))
        }
        return entries.sorted(byBytesOf: \.sku)
    }

    private static func event(of sku: SKU, _ random: inout SplitMix64) -> Event {
        switch random.below(10) {
        case 0: return .decision
        case 1..<5:
            let sites = (0..<random.below(3)).map { number in
                HistoryStock.SiteFigures(
                    site: SiteID("site-\(number)"),
                    stock: quantity(&random) ?? .zero,
                    orders: quantity(&random) ?? .zero
                )
            }
            return .stock(
                HistoryStock(reasons: HistoryReasons(rawValue: UInt8(random.below(16))), sites: sites)
            )
        default:
            let kinds = HistoryLevel.Kind.allCases
            let kind = kinds[random.below(kinds.count)]
            let key = LevelKey(
                sku: random.chance(80) ? sku : SKU("\(sku.text)-KA"),
                unit: random.chance(50) ? "item" : "Kiste größer",
                warehouse: random.chance(50) ? nil : "Leeds – North"
            )
            let refusals = Receipt.Refusal.allCases
            return .level(
                HistoryLevel(
                    key: key,
                    kind: kind,
                    before: quantity(&random),
                    after: quantity(&random),
                    refusal: kind == .refused ? refusals[random.below(refusals.count)] : nil
                )
            )
        }
    }

    private static func quantity(_ random: inout SplitMix64) -> Quantity? {
        switch random.below(8) {
        case 0: nil
        case 1: .zero
        case 2: Quantity(millionths: Int64(bitPattern: random.next()))
        case 3: Quantity(millionths: random.chance(50) ? .max : .min)
        default: Quantity(millionths: Int64(random.below(2_000) - 500) * 100_000)
        }
    }
}
