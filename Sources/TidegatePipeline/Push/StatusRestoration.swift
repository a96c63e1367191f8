import InventoryCore
import OroClient
import StateStore

/// Sets products back to `in_stock` that the shop set to `out_of_stock`, once their stock has returned.
///
/// OroCommerce's checkout sets the status at zero and nothing in the shop takes it back. We do not always see
/// that zero, so the product of every level that grew is checked, some hundreds in one question. Only
/// products shown as `out_of_stock` are written: a status change is expensive for the shop (API contract,
/// section 8), and `discontinued` is a person's decision.
struct StatusRestoration: Sendable {
    let state: StateDatabase
    let shop: OroClient

    /// SKUs of one question.
    private static let skusPerPage = 400
    /// Each write makes the shop reindex the product.
    private static let writesInFlightMax = 2

    /// What became of one product.
    private enum Outcome {
        case done
        case refused(InventoryException)
        /// The next push checks it again.
        case open
        case trouble(ShopTrouble)
    }

    /// Looks at all.
    ///
    /// - Returns: what kept it from ending. What is left then is looked at by the next push.
    func perform() async throws -> Fault? {
        var after: LevelRow?
        while true {
            try Task.checkCancellation()
            let page = try await state.raised(after: after, limit: StatusRestoration.skusPerPage)
            guard let last = page.last else { return nil }
            after = last.row
            do {
                let soldOut = try await shop.soldOut(page.map(\.sku))
                if let trouble = try await restore(soldOut, of: page) { return Fault(trouble) }
            } catch let fault as Fault where fault.isShopTrouble {
                return fault
            }
        }
    }

    private func restore(_ soldOut: [SoldOutProduct], of page: [RaisedLevel]) async throws -> ShopTrouble? {
        var open: Set<SKU> = []
        var refused: [InventoryException] = []
        var trouble: ShopTrouble?
        await withTaskGroup(of: (SKU, Outcome).self) { group in
            var left = soldOut[...]
            func start() {
                guard let product = left.popFirst() else { return }
                group.addTask { (product.sku, await outcome(of: product)) }
            }
            for _ in 0..<StatusRestoration.writesInFlightMax { start() }
            while let (sku, outcome) = await group.next() {
                switch outcome {
                case .done: break
                case .refused(let exception): refused.append(exception)
                case .open: open.insert(sku)
                case .trouble(let found):
                    trouble = found
                    open.insert(sku)
                }
                // The trouble concerns the whole shop, so the others would fail too.
                if trouble == nil { start() }
            }
            for product in left { open.insert(product.sku) }
        }
        let done = page.filter { !open.contains($0.sku) }
        try await state.endRaised(done, refused: refused, at: .now)
        return trouble
    }

    private func outcome(of product: SoldOutProduct) async -> Outcome {
        switch await shop.setInStock(product) {
        case .trouble(let trouble): .trouble(trouble)
        case .record(.applied), .record(.refused(.levelGone, _)): .done
        case .record(.notApplied), .record(.unknown): .open
        case .record(.refused(let reason, let detail)):
            .refused(
                InventoryException(
                    code: .writeRefused,
                    subject: Subject(sku: product.sku),
                    message:
                        "OroCommerce refused to set the product to in_stock (\(reason.rawValue)): \(detail)"
                )
            )
        }
    }
}
