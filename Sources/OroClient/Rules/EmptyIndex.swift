import HTTPTransport
package import InventoryCore

/// What a list without any level means.
///
/// A role that may not view products gets an empty list and no error (API contract, section 13). Taken for an
/// answer, it says that the shop has none of the SKUs.
package enum EmptyIndex: Hashable, Sendable {
    /// The role may not view products.
    case productsHidden
    /// No product is shown either, though nothing is refused.
    case nothingShown
    /// Products are shown, and no level belongs to them.
    case noLevels
    /// It could not be found out.
    case trouble(ShopTrouble)

    /// Judges by the answer to a question for one product.
    init(products exchange: Exchange) {
        switch ReadRules.answer(exchange, needing: .viewProducts) {
        case .failure(.notPermitted): self = .productsHidden
        case .failure(let trouble): self = .trouble(trouble)
        case .success(let reply):
            do {
                self = try LevelDocument(reply.body).products.isEmpty ? .nothingShown : .noLevels
            } catch {
                self = .trouble(.outage("the list of products came cut short (byte \(error.offset))"))
            }
        }
    }

    /// Why nothing may be concluded from the empty list; nothing where the shop has no levels indeed.
    package var trouble: ShopTrouble? {
        switch self {
        case .productsHidden:
            .notPermitted("it shows no level, and refuses its list of products (HTTP 403)", .viewProducts)
        case .nothingShown:
            .notPermitted(
                "it shows neither levels nor products, unless it has none in the user's organization",
                .viewProducts
            )
        case .noLevels: nil
        case .trouble(let trouble): trouble
        }
    }
}

extension OroClient {
    /// Finds out what an index without any level means.
    package func explainEmptyIndex() async -> EmptyIndex {
        let call = Call(path: IdentityQuery.anyProduct, timeoutSeconds: options.timeouts.readSeconds)
        return EmptyIndex(products: await exchange(call))
    }
}
