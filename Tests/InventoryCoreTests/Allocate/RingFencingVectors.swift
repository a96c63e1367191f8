import Foundation
import InventoryCore
import Testing

/// The cases of `ring-fencing-vectors.json`, as the file spells them.
struct RingFencingVectors: Decodable {
    let cases: [Case]

    struct Case: Decodable, CustomTestStringConvertible {
        let name: String
        let input: Input
        let expect: Expectation

        var testDescription: String { name }
    }

    struct Input: Decodable {
        let locations: [LocationRow]
        let fences: [FenceRow]
        let safety: String
        let web_orders: [String: String]
        let shrink: String
        let granularity: String
        let netting: Bool
    }

    struct LocationRow: Decodable {
        let H: String
        let K: String?
        let Q: String?
        let owner: String?
    }

    struct FenceRow: Decodable {
        let id: String
        let rank: Int
        let hold: String
        let quantity: String?
        let percent: Decimal?
        let consumed: String?
        let min: String?
        let max: String?
        let step: String?
    }

    struct Expectation: Decodable {
        let net: String
        let safety_held: String
        let pool: String
        let carved: [String: String]
        let published: [String: String]
        let shared: String
        let exceptions: [String]
    }

    static func load() throws -> [Case] {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        let bytes = try Data(contentsOf: folder.appendingPathComponent("ring-fencing-vectors.json"))
        return try JSONDecoder().decode(RingFencingVectors.self, from: bytes).cases
    }
}

extension RingFencingVectors.Input {
    func rules() throws -> RuleSet {
        let site = Site(
            id: "main",
            netting: netting,
            shrink: try #require(Site.Shrink(rawValue: shrink))
        )
        let safety = SafetyRule(match: .any, quantity: try Quantity(decimal: safety))
        return RuleSet(sites: [site], safety: [safety], fences: try fences.map { try $0.fence() })
    }

    func stock(for rules: RuleSet) throws -> SiteStock {
        var nets: [LocationNet] = []
        for (number, row) in locations.enumerated() {
            let onHand = try Quantity(decimal: row.H)
            let net = try onHand.subtracting(Quantity(decimal: row.K ?? "0"))
                .subtracting(Quantity(decimal: row.Q ?? "0"))
            let owner = try row.owner.map { try #require(rules.fenceNumber(FenceID($0))) }
            nets.append(LocationNet(location: Location("L\(number)"), net: net, owner: owner))
        }
        var orders = WebOrders.none
        for (pool, quantity) in web_orders {
            try orders.add(Quantity(decimal: quantity), toPool: pool, of: rules)
        }
        var consumed: [FenceQuantity] = []
        for fence in fences {
            guard let use = fence.consumed else { continue }
            let number = try #require(rules.fenceNumber(FenceID(fence.id)))
            consumed.append(FenceQuantity(fence: number, quantity: try Quantity(decimal: use)))
        }
        return SiteStock(
            sku: "A-1",
            site: 0,
            locations: nets[...],
            orders: orders,
            consumed: consumed,
            granularity: try Quantity(decimal: granularity)
        )
    }
}

extension RingFencingVectors.FenceRow {
    func fence() throws -> Fence {
        let hold: FenceRule.Hold =
            switch self.hold {
            case "percent": .percent(try Quantity(decimal: "\(try #require(percent))"))
            case "quota": .quota(try Quantity(decimal: try #require(quantity)))
            default: .floor(try Quantity(decimal: try #require(quantity)))
            }
        let rule = FenceRule(
            hold: hold,
            min: try min.map { try Quantity(decimal: $0) },
            max: try max.map { try Quantity(decimal: $0) },
            step: try step.map { try Quantity(decimal: $0) }
        )
        return Fence(id: FenceID(id), rank: rank, rules: [rule])
    }
}
