import Foundation

/// Random rules and stock as the files of `tidegate allocate`, and what must come out.
///
/// The arithmetic is the specification's, sentence by sentence and slowly, in millionths. It shares nothing
/// with the program: not even the words.
struct RandomFiles {
    struct Rule {
        var pattern: String?
        var listed: [String]?
        var site: String?
        var hold = "floor"
        /// Millionths, or tenths of a per cent.
        var amount: Int64 = 0
        var min: Int64 = 0
        var max: Int64?
        var step: Int64?
        /// Seconds since 1970.
        var from: Int?
        var until: Int?
    }

    struct FenceRow {
        let id: String
        let rank: Int
        var locations: String?
        var rules: [Rule] = []
    }

    struct Place: Hashable {
        let sku: String
        let site: String
    }

    struct Charge {
        let place: Place
        let pool: String
        let quantity: Int64
    }

    static let instant = 1_000_000
    static let skus = ["AB-1", "AB-2", "AB-10", "KA-1", "ka-1", "Ä 1", "X,\"1\""]

    var netting: [String: Bool] = [:]
    var proportional: [String: Bool] = [:]
    var safety: [Rule] = []
    /// By rank and id.
    var fences: [FenceRow] = []
    /// Net quantities.
    var stock: [Place: [(location: String, net: Int64)]] = [:]
    var orders: [Charge] = []
    var consumed: [Charge] = []
    /// The smallest amount that the unit shows: a thousandth, one, or a pack of six.
    var grain: Int64 = 1_000_000

    // MARK: What must come out

    var places: [Place] {
        let all = Set(stock.keys).union(orders.map(\.place)).union(consumed.map(\.place))
        return all.sorted { left, right in
            left.sku == right.sku
                ? left.site < right.site : left.sku.utf8.lexicographicallyPrecedes(right.sku.utf8)
        }
    }

    /// The quantities of all pools of a SKU at a site, the shared one among them.
    func pools(_ place: Place) -> [String: Int64] {
        let rows = stock[place] ?? []
        func total(_ fence: String?) -> Int64 {
            let own = rows.filter { owner($0.location) == fence }.map(\.net)
            if netting[place.site] == true { return max(0, own.reduce(0, +)) }
            return own.filter { $0 > 0 }.reduce(0, +)
        }
        let ids = Set(fences.map(\.id))
        var net = total(nil)
        for order in orders where order.place == place && !ids.contains(order.pool) { net -= order.quantity }
        var pools: [String: Int64] = [:]
        for fence in fences {
            let ordered = sum(orders, place, fence.id) ?? 0
            pools[fence.id] = max(0, total(fence.id) - ordered)
            net -= max(0, ordered - total(fence.id))
        }
        let safe = safety.first { applies($0, place) }?.amount ?? 0
        let pool = max(0, max(0, net) - safe)
        var left = pool
        for (id, carved) in carve(pool, place, &left) { pools[id, default: 0] += carved }
        pools["shared"] = left
        return pools
    }

    private func carve(_ pool: Int64, _ place: Place, _ left: inout Int64) -> [String: Int64] {
        var carved: [String: Int64] = [:]
        func rule(_ fence: FenceRow) -> Rule? { fence.rules.first { applies($0, place) } }
        func stepped(_ amount: Int64, _ fence: FenceRow) -> Int64 {
            let step = rule(fence)?.step ?? grain
            return amount / step * step
        }
        for fence in fences {
            let grant = stepped(min(rule(fence)?.min ?? 0, left), fence)
            carved[fence.id] = grant
            left -= grant
        }
        for rank in Set(fences.map(\.rank)).sorted() {
            let tier = fences.filter { $0.rank == rank }
            let wanted = tier.map { fence in
                let asked = rule(fence).map { target($0, fence.id, pool, place) } ?? 0
                return max(0, stepped(asked, fence) - carved[fence.id, default: 0])
            }
            var shares = wanted
            let isShort = wanted.reduce(0, +) > left
            if isShort, proportional[place.site] == true { shares = highestAverages(left, wanted) }
            for (fence, share) in zip(tier, shares) {
                let grant = stepped(min(share, left), fence)
                carved[fence.id, default: 0] += grant
                left -= grant
            }
        }
        return carved
    }

    private func target(_ rule: Rule, _ fence: String, _ pool: Int64, _ place: Place) -> Int64 {
        let cap = rule.max ?? Int64.max
        switch rule.hold {
        case "percent": return min(cap, pool * rule.amount / 1000)
        case "quota":
            let used = sum(consumed, place, fence) ?? sum(orders, place, fence) ?? 0
            return min(cap, max(0, rule.amount - used))
        default: return min(cap, rule.amount)
        }
    }

    /// One unit after the other to the greatest w / (n + 1), the first of equals.
    private func highestAverages(_ supply: Int64, _ weights: [Int64]) -> [Int64] {
        var counts = weights.map { _ in Int64(0) }
        for _ in 0..<(supply / grain) {
            let open = weights.indices.filter { (counts[$0] + 1) * grain <= weights[$0] }
            let best = open.max { left, right in
                // Of equals `max` takes the last, so the later one counts as the lesser.
                let (a, b) = (weights[left] * (counts[right] + 1), weights[right] * (counts[left] + 1))
                return a == b ? left > right : a < b
            }
            guard let best else { break }
            counts[best] += 1
        }
        return counts.map { $0 * grain }
    }

    private func applies(_ rule: Rule, _ place: Place) -> Bool {
        if let site = rule.site, site != place.site { return false }
        if let from = rule.from, RandomFiles.instant < from { return false }
        if let until = rule.until, RandomFiles.instant >= until { return false }
        if let listed = rule.listed { return listed.contains(place.sku) }
        guard let pattern = rule.pattern else { return true }
        return RandomFiles.fits(Array(place.sku.utf8)[...], Array(pattern.utf8)[...])
    }

    private func owner(_ location: String) -> String? {
        fences.first { fence in
            fence.locations.map { RandomFiles.fits(Array(location.utf8)[...], Array($0.utf8)[...]) } ?? false
        }?.id
    }

    private static func fits(_ text: ArraySlice<UInt8>, _ pattern: ArraySlice<UInt8>) -> Bool {
        guard let first = pattern.first else { return text.isEmpty }
        if first == UInt8(ascii: "*") {
            return (text.startIndex...text.endIndex).contains { fits(text[$0...], pattern.dropFirst()) }
        }
        guard let own = text.first, first == own || first == UInt8(ascii: "?") else { return false }
        return fits(text.dropFirst(), pattern.dropFirst())
    }

    private func sum(_ charges: [Charge], _ place: Place, _ pool: String) -> Int64? {
        let own = charges.filter { $0.place == place && $0.pool == pool }
        return own.isEmpty ? nil : own.map(\.quantity).reduce(0, +)
    }
}
