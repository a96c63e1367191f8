extension RunningSimulator {
    /// One position of an order.
    package struct OrderPosition: Sendable {
        package let sku: String
        package let unit: String
        package let quantity: String

        package init(sku: String, unit: String = "item", quantity: String) {
            self.sku = sku
            self.unit = unit
            self.quantity = quantity
        }
    }

    /// An order as the web shop takes it, with its decrement when `takesStock`; gives its id.
    @discardableResult
    package func placeOrder(
        _ positions: [OrderPosition],
        customer: String? = nil,
        identifier: String? = nil,
        takesStock: Bool = true
    ) -> String {
        let uuid = shop.withDice { $0.messageID() }
        let now = shop.nowSeconds
        return shop.with { state in
            let drafts = positions.map { position in
                OrderLineDraft(
                    product: state.products.productId(sku: position.sku),
                    sku: position.sku,
                    freeForm: nil,
                    unit: position.unit,
                    quantity: position.quantity,
                    value: 10,
                    currency: "USD"
                )
            }
            let customer = customer.flatMap { Int($0) }
            let id = state.addOrder(
                uuid: uuid,
                OrderChange(identifier: identifier),
                customer: customer,
                drafts,
                nowSeconds: now
            )
            guard takesStock else { return String(id) }
            for position in positions {
                guard let level = state.levelId(sku: position.sku, unit: position.unit),
                    let ordered = StockQuantity(position.quantity)
                else { continue }
                _ = state.checkout(level: level, ordered: ordered)
            }
            return String(id)
        }
    }

    /// Sets what became of an order, as the back office does.
    package func setOrderStatus(_ order: String, to status: OrderStatus) {
        let now = shop.nowSeconds
        guard let id = Int(order) else { return }
        shop.with { state in
            state.orders.update(order: id, atSeconds: now) { $0.status = status }
            state.webhooks.happened("order.updated", Reference("orders", id))
        }
    }

    /// Deletes an order; nothing tells of it afterwards.
    package func deleteOrder(_ order: String) {
        guard let id = Int(order) else { return }
        shop.with { _ = $0.removeOrder(id) }
    }

    /// Adds a customer; gives its id.
    package func addCustomer(_ name: String, group: String? = nil) -> String {
        let now = shop.nowSeconds
        return shop.with { state in
            String(state.addCustomer(name, group: group.flatMap { Int($0) }, nowSeconds: now))
        }
    }

    /// Moves a customer to another group, or out of all.
    package func moveCustomer(_ customer: String, toGroup group: String?) {
        let now = shop.nowSeconds
        guard let id = Int(customer) else { return }
        shop.with { $0.move(customer: id, toGroup: group.flatMap { Int($0) }, nowSeconds: now) }
    }

    /// Adds a customer group; gives its id.
    package func addCustomerGroup(_ name: String) -> String {
        shop.with { String($0.addCustomerGroup(name)) }
    }

    /// Stops the shop's clock at a time in seconds since 1970, or lets it run again.
    package func setClock(_ seconds: Int64?) {
        shop.stopClock(at: seconds)
    }
}
