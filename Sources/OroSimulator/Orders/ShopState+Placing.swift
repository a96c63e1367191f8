extension ShopState {
    /// Adds an order with its lines, components and sub-orders; gives its id.
    mutating func place(_ placement: OrderPlacement, uuids: [String], nowSeconds: Int64) -> Int {
        let began = placement.createdAtSeconds ?? nowSeconds
        var order = Order(uuid: uuids.first ?? "", createdAtSeconds: began, updatedAtSeconds: began)
        order.identifier = placement.identifier
        order.externalId = placement.externalId
        order.isExternal = placement.isExternal
        order.visibility = placement.visibility
        order.customer = customer(of: placement, nowSeconds: began)
        let id = add(order)
        let lines = placement.positions.map { add($0, toOrders: [id], atSeconds: began) }
        for (places, uuid) in zip(placement.subOrders, uuids.dropFirst()) {
            addSubOrder(of: id, uuid: uuid, order, places.filter(lines.indices.contains).map { lines[$0] })
        }
        let taking = placement.isExternal || placement.visibility == .draft ? .never : placement.takesStock
        let checkout = AwaitedCheckout(taking, warehouse: placement.warehouse, nowSeconds: nowSeconds)
        checkouts[id] = checkout
        if placement.visibility == .committed { appeared(order: id, nowSeconds: nowSeconds) }
        return id
    }

    /// Commits an order with its sub-orders; false when it is no uncommitted one.
    mutating func commit(order id: Int, nowSeconds: Int64) -> Bool {
        guard let order = orders.stored(order: id), order.visibility == .uncommitted else { return false }
        for number in [id] + order.subOrders { orders.commit(order: number) }
        appeared(order: id, nowSeconds: nowSeconds)
        return true
    }

    /// Adds an order; one without an identifier gets its number for it.
    mutating func add(_ order: Order) -> Int {
        var order = order
        if order.identifier == nil, !order.isNew { order.identifier = String(orders.lastOrderId + 1) }
        return orders.add(order)
    }

    /// A position as a line of these orders, of which the first is the main one.
    mutating func add(
        _ position: OrderPlacement.Position,
        toOrders ids: [Int],
        atSeconds: Int64
    ) -> Int {
        let line = orders.add(
            OrderLine(
                orders: ids,
                product: position.freeForm == nil ? products.productId(sku: position.sku) : nil,
                sku: position.sku.isEmpty ? nil : position.sku,
                freeForm: position.freeForm,
                unit: position.unit,
                quantity: position.quantity,
                value: 10,
                currency: "USD",
                createdAtSeconds: atSeconds,
                updatedAtSeconds: atSeconds
            )
        )
        for component in position.kit {
            _ = orders.add(
                OrderKitItem(
                    line: line,
                    product: products.productId(sku: component.sku),
                    sku: component.sku,
                    unit: component.unit,
                    quantity: component.quantity
                )
            )
        }
        return line
    }

    /// A sub-order has the very lines of its main order from 6.1 on, before that copies of them.
    private mutating func addSubOrder(of parent: Int, uuid: String, _ main: Order, _ lines: [Int]) {
        var order = Order(
            uuid: uuid,
            createdAtSeconds: main.createdAtSeconds,
            updatedAtSeconds: main.updatedAtSeconds
        )
        order.customer = main.customer
        order.isExternal = main.isExternal
        order.visibility = main.visibility
        order.parent = parent
        let id = add(order)
        for number in lines {
            guard !sharesOrderLines, var copy = orders.stored(line: number) else {
                orders.share(line: number, withOrder: id)
                continue
            }
            let items = copy.kitItems.compactMap { orders.stored(kitItem: $0) }
            copy.orders = [id]
            copy.kitItems = []
            let line = orders.add(copy)
            for item in items {
                _ = orders.add(
                    OrderKitItem(
                        line: line,
                        product: item.product,
                        sku: item.sku,
                        unit: item.unit,
                        quantity: item.quantity
                    )
                )
            }
        }
    }

    private mutating func appeared(order id: Int, nowSeconds: Int64) {
        for number in [id] + (orders.order(id)?.subOrders ?? []) {
            webhooks.happened("order.created", Reference("orders", number))
        }
        settleCheckouts(nowSeconds: nowSeconds, isRequest: false)
    }

    private mutating func customer(of placement: OrderPlacement, nowSeconds: Int64) -> Int? {
        if let customer = placement.customer { return Int(customer) }
        guard let name = placement.customerGroup else { return nil }
        let known = records.byType["customergroups"]?.first { record in
            record.attributes.contains { $0.name == "name" && $0.value.text == name }
        }
        let group = known.flatMap { Int($0.id) } ?? addCustomerGroup(name)
        if let index = orders.customers.firstIndex(where: { $0.group == group }) { return index + 1 }
        return addCustomer("Customer of " + name, group: group, nowSeconds: nowSeconds)
    }
}
