/// What the back office does to orders; each change moves the order's time and is told to webhooks.
extension ShopState {
    /// Sets what became of an order; a status that this version's installation lacks is added.
    mutating func setStatus(_ status: OrderStatus, ofOrder id: Int, nowSeconds: Int64) -> Bool {
        guard orders.stored(order: id) != nil else { return false }
        let reference = Reference("orderinternalstatuses", status.rawValue)
        if hasKits, records.record(reference) == nil { InstalledRecords.add(status, &self) }
        orders.update(order: id, atSeconds: nowSeconds) { $0.status = status }
        changed(orders: [id])
        return true
    }

    mutating func setExternalId(_ externalId: String?, ofOrder id: Int, nowSeconds: Int64) -> Bool {
        guard orders.stored(order: id) != nil else { return false }
        orders.update(order: id, atSeconds: nowSeconds) { $0.externalId = externalId }
        changed(orders: [id])
        return true
    }

    mutating func setQuantity(_ quantity: String, ofLine id: Int, nowSeconds: Int64) -> Bool {
        guard let line = orders.stored(line: id) else { return false }
        orders.update(line: id, atSeconds: nowSeconds) { $0.quantity = quantity }
        changed(orders: line.orders)
        return true
    }

    mutating func removeLine(_ id: Int, nowSeconds: Int64) -> Bool {
        guard let line = orders.stored(line: id) else { return false }
        orders.remove(line: id, atSeconds: nowSeconds)
        changed(orders: line.orders)
        return true
    }

    /// Adds a line to an order; gives its id.
    mutating func addLine(
        _ position: OrderPlacement.Position,
        toOrder id: Int,
        nowSeconds: Int64
    ) -> Int? {
        guard orders.stored(order: id) != nil else { return nil }
        let line = add(position, toOrders: [id], atSeconds: nowSeconds)
        orders.update(order: id, atSeconds: nowSeconds)
        changed(orders: [id])
        return line
    }

    /// Removes an order with its sub-orders, whether it can be seen or not: one that was never committed is
    /// rolled back, and its ids stay a gap.
    mutating func removeOrder(_ id: Int) -> Bool {
        guard let order = orders.stored(order: id) else { return false }
        let gone = [id] + order.subOrders
        orders.remove(order: id)
        for number in gone {
            checkouts[number] = nil
            if order.visibility == .committed {
                webhooks.happened("order.deleted", Reference("orders", number))
            }
        }
        return true
    }

    /// Tells webhooks of changed orders that can be seen.
    func changed(orders ids: [Int]) {
        for id in ids where orders.order(id) != nil {
            webhooks.happened("order.updated", Reference("orders", id))
        }
    }
}
