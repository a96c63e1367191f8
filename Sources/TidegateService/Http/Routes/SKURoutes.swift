import Hummingbird
import InventoryCore
import StateStore
import TidegatePipeline

/// One SKU: its story, its levels, and what the shop has answered.
struct SKURoutes: Sendable {
    let desk: ServiceDesk

    var routes: [Route] {
        [
            Route(.get, "/v1/shops/{shop}/skus/{sku}", .read, query: ["group"], answer: story),
            Route(
                .get,
                "/v1/shops/{shop}/skus/{sku}/history",
                .read,
                query: Page.keys.union(["from", "to"]),
                answer: history
            ),
            Route(.get, "/v1/shops/{shop}/levels", .read, query: Page.keys.union(["sku"]), answer: levels),
        ]
    }

    private func story(_ call: Call) async throws -> Response {
        let shop = try desk.shop(call).shop
        let sku = call.value("sku")
        let story = try await Explanation(of: sku, group: call.query["group"], in: shop)
        let receipts = try await shop.state.receipts(of: SKU(sku))
        let levels = receipts.map { receipt in JSONPieces.line { $0.append(receipt.level) } }
        return Answer.json(
            JSONPieces.object([
                ("sku", JSONPieces.string(sku)),
                ("lines", JSONPieces.array(story.lines.map { JSONPieces.string($0) })),
                ("levels", JSONPieces.array(levels)),
            ])
        )
    }

    /// Who has changed what of the SKU's figures, when and why; the newest first.
    private func history(_ call: Call) async throws -> Response {
        let shop = try desk.shop(call).shop
        let page = try Page(call.query)
        let offset = try page.offset()
        let (from, to) = (try call.instant("from"), try call.instant("to"))
        let history = try await SKUHistory(of: call.value("sku"), from: from, to: to, in: shop)
        let changes = history.changes.reversed().dropFirst(offset).prefix(page.limit + 1)
        return try page.answer(counted: changes) { change in
            JSONPieces.line { line in line.object { $0.fields(change) } }
        }
    }

    private func levels(_ call: Call) async throws -> Response {
        let shop = try desk.shop(call).shop
        let page = try Page(call.query)
        if let sku = call.query["sku"] {
            let offset = try page.offset()
            let all = try await shop.state.levels(of: [SKU(sku)]).sorted { $0.key < $1.key }
            return try page.answer(counted: all.dropFirst(offset).prefix(page.limit + 1)) { level in
                JSONPieces.line { $0.append(level) }
            }
        }
        let row = try page.cursor.map { (text) throws(Fault) -> LevelRow in
            guard let number = Int64(text) else { throw Page.badCursor }
            return LevelRow(number)
        }
        let found = try await shop.state.levels(after: row, limit: page.limit + 1)
        return page.answer(found, next: { "\($0.row.number)" }) { level in
            JSONPieces.line { $0.append(level) }
        }
    }
}

extension JSONLine {
    /// Writes a level with what the shop shows and what it is to show.
    fileprivate mutating func append(_ level: StoredLevel) {
        object { line in
            line.field("sku", level.key.sku.text)
            line.field("unit", level.key.unit.text)
            line.field("warehouse", level.key.warehouse)
            line.field("level", level.id?.text)
            line.field("published", level.published)
            line.field("wanted", level.wish?.quantity)
            line.field("standing", level.wish?.standing.rawValue)
            line.field("ours", level.isOurs)
        }
    }
}
