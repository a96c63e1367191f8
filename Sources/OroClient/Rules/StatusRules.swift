import HTTPTransport
import InventoryCore

/// What the answer to a product's PATCH of its inventory status means.
enum StatusRules {
    static let inStock = "in_stock"
    static let outOfStock = "out_of_stock"

    static func decide(_ exchange: Exchange, product: String) -> WriteRules.Decision {
        switch exchange {
        case .trouble(let trouble): return .answer(.trouble(trouble))
        case .unsettled(let cause): return .answer(.record(.lost(cause)))
        case .reply(let reply):
            if case .succeeded = Verdict(reply) {
                return .answer(.record(shown(reply, product: product)))
            }
            if case .denied(let faults) = Verdict(reply) {
                let cause = faults.first?.summary ?? "HTTP 403"
                return .answer(.trouble(.notPermitted(cause, .editProducts)))
            }
            // Everything else means the same as for a level; no quantity is compared.
            return WriteRules.decide(exchange, write: LevelWrite(level: LevelID(product), quantity: .zero))
        }
    }

    private static func shown(_ reply: HTTPReply, product: String) -> RecordAnswer {
        do {
            let document = try LevelDocument(reply.body)
            if document.products[product]?.inventoryStatus == inStock { return .applied }
            return .unknown("after setting \(inStock) the shop does not show it")
        } catch {
            return .unknown("the answer to the write is not whole")
        }
    }
}
