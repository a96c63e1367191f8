import HTTPTransport
import InventoryCore

/// What an examination concludes about orders: whether they can be read whole, and what of them.
///
/// Each right is tried by a question that needs it alone. `OPTIONS` is none: it names what the version has,
/// whatever the role may (API contract, section 13).
enum OrderExamineRules {
    /// The first order with the count of all, and with the field of the acknowledgement where there is one.
    static func orders(_ exchange: Exchange, mark: OrderMark?, into report: inout ShopReport) {
        switch ReadRules.answer(exchange, needing: .viewOrders) {
        case .failure(let trouble): deny(trouble, into: &report)
        case .success(let reply):
            do {
                let document = try OrderDocument(reply.body, mark: mark)
                report.orderCount = reply.totalCount ?? (document.orders.isEmpty ? 0 : nil)
                report.readsOrders = true
                // Unknown names are ignored, so only an order without the field tells.
                guard let mark, document.orders.first?.hasMark == false else { return }
                report.add(
                    .warning,
                    "order_field_unknown",
                    "This version's orders have no field `\(mark.rawValue)`, so none is ever acknowledged "
                        + "by it.",
                    hint: "Use another field; `externalId` needs OroCommerce 6.1.10 or 7.0.2, `status` "
                        + "external status management."
                )
            } catch {
                deny(.outage("its list of orders came cut short (byte \(error.offset))"), into: &report)
            }
        }
    }

    /// The question by time of change.
    static func way(_ answer: OrderAnswer<OrderWay>, into report: inout ShopReport) {
        switch answer {
        case .trouble(let trouble): deny(trouble, into: &report)
        case .found(.updated): report.orderWay = .updated
        case .found(.ids):
            report.orderWay = .ids
            report.add(
                .note,
                "orders_by_id",
                "This version shows neither the status of an order nor what has changed: an order that is "
                    + "cancelled counts until the ERP acknowledges it or somebody releases it.",
                hint: "Update OroCommerce to 6.0.5 or newer."
            )
        }
    }

    /// A question for one record that needs one right.
    ///
    /// - Parameters:
    ///   - right: what the question needs.
    ///   - exchange: what came.
    ///   - report: gets a problem where the role lacks the right.
    static func right(_ right: ShopRight, _ exchange: Exchange, into report: inout ShopReport) {
        if right == .viewKitParts, case .reply(let reply) = exchange, reply.status == 404 { return }
        if case .failure(let trouble) = ReadRules.answer(exchange, needing: right) {
            deny(trouble, into: &report)
        }
    }

    /// What can be said once all questions are answered.
    static func conclude(_ needs: ShopNeeds, into report: inout ShopReport) {
        guard report.readsOrders == true else { return }
        guard report.orderCount == 0 else {
            let count = report.orderCount.map { "\($0) orders are" } ?? "orders are"
            let how = report.orderWay == .updated ? "by the time of their last change" : "by ascending ids"
            report.add(.ok, "orders", "The role may read orders and their lines: \(count) shown, \(how).")
            return
        }
        report.add(
            .note,
            "orders_unseen",
            "The shop shows no order. Whether the role would see every order shows only when there is one: "
                + "a role that views its own user's orders only gets an empty list, too.",
            hint: ShopRight.viewOrders.hint
        )
    }

    private static func deny(_ trouble: ShopTrouble, into report: inout ShopReport) {
        report.readsOrders = false
        report.add(.problem, trouble)
    }
}
