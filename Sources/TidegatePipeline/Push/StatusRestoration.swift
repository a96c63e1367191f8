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
        /// Later pushes try it again, a few times.
        case failed(cause: String)
        case trouble(ShopTrouble)
    }

    /// Looks at all.
    ///
    /// - Returns: what kept the shop from answering. What is left then is looked at by the next push.
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
        var failed: [SKU: String] = [:]
        var left = soldOut[...]
        var refused: [InventoryException] = []
        var trouble: ShopTrouble?
        await withTaskGroup(of: (SKU, Outcome).self) { group in
            func start() {
                guard let product = left.popFirst() else { return }
                group.addTask { (product.sku, await outcome(of: product)) }
            }
            for _ in 0..<StatusRestoration.writesInFlightMax { start() }
            while let (sku, outcome) = await group.next() {
                switch outcome {
                case .done: break
                case .refused(let exception): refused.append(exception)
                case .failed(let cause): failed[sku] = cause
                case .trouble(let found):
                    failed[sku] = found.cause
                    // What may not be edited keeps no stock from being written.
                    if found.passes { trouble = found }
                }
                // What looks like the shop's trouble would meet the others too, so they are left for later.
                if trouble == nil, failed.count < StatusRestoration.failuresMax { start() }
            }
        }
        let open = Set(left.map(\.sku)).union(failed.keys)
        try await state.endRaised(page.filter { !open.contains($0.sku) }, refused: refused, at: .now)
        guard trouble == nil, let (first, cause) = failed.min(by: { $0.key < $1.key }) else { return trouble }
        let others = open.count > 1 ? ", and so \(open.count - 1) others" : ""
        let exception = InventoryException(
            code: .writeRefused,
            subject: Subject(sku: first),
            message: "The product could not be set to in_stock\(others): \(cause)."
        )
        try await state.failRaised(page.filter { open.contains($0.sku) }, telling: exception, at: .now)
        return nil
    }

    /// Failures of one page after which its other products are left for later.
    private static let failuresMax = 5

    private func outcome(of product: SoldOutProduct) async -> Outcome {
        switch await shop.setInStock(product) {
        case .trouble(.notPermitted(let cause, _), _):
            .failed(cause: "the role lacks the right to edit products (\(cause))")
        case .trouble(let trouble, _): .trouble(trouble)
        case .record(.applied), .record(.overtaken), .record(.misnamed), .record(.refused(.levelGone, _)):
            .done
        case .record(.notApplied): .failed(cause: "not written")
        case .record(.unknown(let cause)), .record(.lost(let cause)): .failed(cause: cause)
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
