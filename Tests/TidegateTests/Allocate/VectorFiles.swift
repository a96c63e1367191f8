import Foundation
import Testing

/// One case of `ring-fencing-vectors.json`, and the files that say the same to the command line.
struct VectorFiles: Decodable, CustomTestStringConvertible, Sendable {
    let name: String
    let input: Input
    let expect: Expectation

    var testDescription: String { name }

    struct Input: Decodable, Sendable {
        let locations: [LocationRow]
        let fences: [FenceRow]
        let safety: String
        let web_orders: [String: String]
        let shrink: String
        let netting: Bool
    }

    struct LocationRow: Decodable, Sendable {
        let H: String
        let K: String?
        let Q: String?
        let owner: String?
    }

    struct FenceRow: Decodable, Sendable {
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

    struct Expectation: Decodable, Sendable {
        let net: String
        let safety_held: String
        let pool: String
        let carved: [String: String]
        let published: [String: String]
        let shared: String
        let exceptions: [String]
    }

    private struct Document: Decodable {
        let cases: [VectorFiles]
    }

    static func load() throws -> [VectorFiles] {
        let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let file = tests.appending(path: "InventoryCoreTests/Allocate/ring-fencing-vectors.json")
        return try JSONDecoder().decode(Document.self, from: try Data(contentsOf: file)).cases
    }

    /// With or without the section `sites`, which rules may leave out where it says nothing special.
    var rules: String {
        var lines: [String] = []
        if input.netting || input.shrink != "rank" {
            lines.append("sites: { main: { netting: \(input.netting), shrink: \(input.shrink) } }")
        }
        lines.append("safety_stock: [{ quantity: \(input.safety) }]")
        if !input.fences.isEmpty { lines.append("fences:") }
        for fence in input.fences {
            lines.append("  \(fence.id):")
            lines.append("    rank: \(fence.rank)")
            let own = input.locations.enumerated().filter { $1.owner == fence.id }.map { "L\($0.offset)" }
            if !own.isEmpty { lines.append("    locations: [\(own.joined(separator: ", "))]") }
            var rule = ["hold: \(fence.hold)"]
            if let quantity = fence.quantity { rule.append("quantity: \(quantity)") }
            if let percent = fence.percent { rule.append("percent: \(percent)") }
            if let min = fence.min { rule.append("min: \(min)") }
            if let max = fence.max { rule.append("max: \(max)") }
            if let step = fence.step { rule.append("step: \(step)") }
            lines.append("    rules: [{ \(rule.joined(separator: ", ")) }]")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    var positions: String {
        var text = "sku,site,location,on_hand,committed,unusable\n"
        for (number, row) in input.locations.enumerated() {
            text += "A-1,main,L\(number),\(row.H),\(row.K ?? "0"),\(row.Q ?? "0")\n"
        }
        return text
    }

    var webOrders: String {
        let rows = input.web_orders.sorted { $0.key < $1.key }.map { "A-1,main,\($0.key),\($0.value)\n" }
        return "sku,site,pool,quantity\n" + rows.joined()
    }

    var consumed: String {
        let rows = input.fences.compactMap { fence in fence.consumed.map { "A-1,main,\(fence.id),\($0)\n" } }
        return "sku,site,fence,quantity\n" + rows.joined()
    }

    /// The lines that the command has to print.
    var output: String {
        var pools = expect.published
        pools["shared"] = expect.shared
        let sorted = pools.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
        let lines = sorted.map { pool, quantity in
            "{\"sku\":\"A-1\",\"site\":\"main\",\"pool\":\"\(pool)\",\"quantity\":\"\(quantity)\"}\n"
        }
        return lines.joined()
    }
}
