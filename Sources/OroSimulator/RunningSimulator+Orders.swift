extension RunningSimulator {
    /// An order as the web shop takes it, with its decrement when `takesStock`; gives its id.
    @discardableResult
    package func placeOrder(
        _ positions: [OrderPosition],
        customer: String? = nil,
        identifier: String? = nil,
        takesStock: Bool = true
    ) -> String {
        placeOrder(
            OrderPlacement(
                positions,
                customer: customer,
                identifier: identifier,
                takesStock: takesStock ? .now : .never
            )
        )
    }

    /// An order with all that may be said of it; gives the id of the main order.
    @discardableResult
    package func placeOrder(_ placement: OrderPlacement) -> String {
        shop.place(placement)
    }

    /// The ids of an order's lines, even if nobody can see it yet.
    package func lineIds(ofOrder order: String) -> [String] {
        shop.with { state in
            (Int(order).flatMap { state.orders.stored(order: $0) }?.lines ?? []).map { String($0) }
        }
    }

    /// The ids of an order's sub-orders, even if nobody can see them yet.
    package func subOrderIds(ofOrder order: String) -> [String] {
        shop.with { state in
            (Int(order).flatMap { state.orders.stored(order: $0) }?.subOrders ?? []).map { String($0) }
        }
    }

    /// Makes an uncommitted order visible, with its own id and times; false when it is none.
    @discardableResult
    package func commitOrder(_ order: String) -> Bool {
        let now = shop.nowSeconds
        return change(order) { $0.commit(order: $1, nowSeconds: now) }
    }

    /// Orders whose decrement is still to come.
    package var awaitedCheckouts: [String] {
        shop.with { state in state.checkouts.keys.sorted().map { String($0) } }
    }

    /// Takes an order's stock now, as the end of its checkout does; false when none is to be taken.
    @discardableResult
    package func finishCheckout(_ order: String) -> Bool {
        change(order) { $0.finishCheckout(ofOrder: $1) }
    }

    /// Lets an order's checkout read its levels: until `flushCheckout`, whatever is written there is lost.
    @discardableResult
    package func beginCheckout(_ order: String) -> Bool {
        change(order) { $0.beginCheckout(ofOrder: $1) }
    }

    /// Writes what the checkout read less what was ordered; false when it has read nothing.
    @discardableResult
    package func flushCheckout(_ order: String) -> Bool {
        change(order) { $0.flushCheckout(ofOrder: $1) }
    }

    /// Lets an order's payment fail: the order stays as it is, and nothing is ever taken for it.
    @discardableResult
    package func failPayment(_ order: String) -> Bool {
        change(order) { $0.checkouts.removeValue(forKey: $1) != nil }
    }

    /// Sets what became of an order, as the back office does.
    package func setOrderStatus(_ order: String, to status: OrderStatus) {
        let now = shop.nowSeconds
        _ = change(order) { $0.setStatus(status, ofOrder: $1, nowSeconds: now) }
    }

    /// Writes the id that another system gave an order, as its connector does through the back office.
    package func setExternalId(_ externalId: String?, ofOrder order: String) {
        let now = shop.nowSeconds
        _ = change(order) { $0.setExternalId(externalId, ofOrder: $1, nowSeconds: now) }
    }

    /// Changes the quantity of a line, as the back office does; stock does not move.
    @discardableResult
    package func setQuantity(_ quantity: String, ofLine line: String) -> Bool {
        let now = shop.nowSeconds
        return change(line) { $0.setQuantity(quantity, ofLine: $1, nowSeconds: now) }
    }

    /// Removes a line from its orders, as the back office does; stock does not move.
    @discardableResult
    package func removeLine(_ line: String) -> Bool {
        let now = shop.nowSeconds
        return change(line) { $0.removeLine($1, nowSeconds: now) }
    }

    /// Adds a line to an order, as the back office does; gives its id.
    ///
    /// Stock does not move.
    @discardableResult
    package func addLine(_ position: OrderPosition, toOrder order: String) -> String? {
        let now = shop.nowSeconds
        guard let id = Int(order) else { return nil }
        return shop.with { $0.addLine(position, toOrder: id, nowSeconds: now).map { String($0) } }
    }

    /// Deletes an order with its sub-orders; nothing tells of it afterwards.
    package func deleteOrder(_ order: String) {
        _ = change(order) { $0.removeOrder($1) }
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

    /// Stops the shop's clock at a time in seconds since 1970, or lets it run again; what is due by then
    /// happens.
    package func setClock(_ seconds: Int64?) {
        shop.stopClock(at: seconds)
    }

    private func change(_ id: String, _ change: @Sendable (inout ShopState, Int) -> Bool) -> Bool {
        guard let id = Int(id) else { return false }
        return shop.with { change(&$0, id) }
    }
}

extension Shop {
    /// Places an order; gives its id.
    func place(_ placement: OrderPlacement) -> String {
        let uuids = (0...placement.subOrders.count).map { _ in withDice { $0.messageID() } }
        let now = nowSeconds
        return with { state in String(state.place(placement, uuids: uuids, nowSeconds: now)) }
    }
}
