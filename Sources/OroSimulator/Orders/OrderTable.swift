/// Orders with their lines, and who ordered; ids count from 1 and are never used again.
///
/// What reads by id finds only what others can see: an order that is not committed, or a draft, is as absent
/// as a deleted one, and its lines with it.
struct OrderTable {
    private var orders: [Order?] = []
    private var lines: [OrderLine?] = []
    private var kitItems: [OrderKitItem?] = []
    var customers: [Customer] = []

    var lastOrderId: Int { orders.count }
    var lastLineId: Int { lines.count }
    var lastKitItemId: Int { kitItems.count }

    func order(_ id: Int) -> Order? {
        guard let order = stored(order: id), order.visibility == .committed else { return nil }
        return order
    }

    /// The order, even if nobody can see it.
    func stored(order id: Int) -> Order? { id >= 1 && id <= orders.count ? orders[id - 1] : nil }

    func line(_ id: Int) -> OrderLine? {
        guard var line = stored(line: id) else { return nil }
        line.orders = line.orders.filter { order($0) != nil }
        return line.orders.isEmpty ? nil : line
    }

    /// The line, even if nobody can see its orders.
    func stored(line id: Int) -> OrderLine? { id >= 1 && id <= lines.count ? lines[id - 1] : nil }

    func kitItem(_ id: Int) -> OrderKitItem? {
        guard id >= 1, id <= kitItems.count, let item = kitItems[id - 1], line(item.line) != nil else {
            return nil
        }
        return item
    }

    /// The component, even if nobody can see its order.
    func stored(kitItem id: Int) -> OrderKitItem? {
        id >= 1 && id <= kitItems.count ? kitItems[id - 1] : nil
    }

    func customer(_ id: Int) -> Customer? { id >= 1 && id <= customers.count ? customers[id - 1] : nil }

    /// Adds an order; a parent learns of it.
    mutating func add(_ order: Order) -> Int {
        orders.append(order)
        let id = orders.count
        if let parent = order.parent { orders[parent - 1]?.subOrders.append(id) }
        return id
    }

    /// Adds a line to its orders.
    mutating func add(_ line: OrderLine) -> Int {
        lines.append(line)
        let id = lines.count
        for order in line.orders { orders[order - 1]?.lines.append(id) }
        return id
    }

    /// Adds a component to its line.
    mutating func add(_ item: OrderKitItem) -> Int {
        kitItems.append(item)
        let id = kitItems.count
        lines[item.line - 1]?.kitItems.append(id)
        return id
    }

    /// Lets a sub-order have a line of its main order.
    mutating func share(line id: Int, withOrder order: Int) {
        lines[id - 1]?.orders.append(order)
        orders[order - 1]?.lines.append(id)
    }

    mutating func update(order id: Int, atSeconds: Int64, _ change: (inout Order) -> Void = { _ in }) {
        guard var order = stored(order: id) else { return }
        change(&order)
        order.updatedAtSeconds = atSeconds
        orders[id - 1] = order
    }

    /// Gives an order its number, which does not count as a change.
    mutating func number(order id: Int) {
        guard orders[id - 1]?.isNew == true else { return }
        orders[id - 1]?.isNew = false
        if orders[id - 1]?.identifier == nil { orders[id - 1]?.identifier = String(id) }
    }

    /// Commits an order: it shows the times that its transaction began with.
    mutating func commit(order id: Int) {
        orders[id - 1]?.visibility = .committed
    }

    /// Changes a line, which moves the times of its orders too.
    mutating func update(line id: Int, atSeconds: Int64, _ change: (inout OrderLine) -> Void) {
        guard var line = stored(line: id) else { return }
        change(&line)
        line.updatedAtSeconds = atSeconds
        lines[id - 1] = line
        for order in line.orders { update(order: order, atSeconds: atSeconds) }
    }

    /// Removes an order with its sub-orders, and the lines that no other order has.
    mutating func remove(order id: Int) {
        guard let order = stored(order: id) else { return }
        for line in order.lines {
            lines[line - 1]?.orders.removeAll { $0 == id }
            if lines[line - 1]?.orders.isEmpty == true { dropLine(line) }
        }
        orders[id - 1] = nil
        if let parent = order.parent { orders[parent - 1]?.subOrders.removeAll { $0 == id } }
        for subOrder in order.subOrders { remove(order: subOrder) }
    }

    mutating func remove(line id: Int, atSeconds: Int64) {
        guard let line = stored(line: id) else { return }
        dropLine(id)
        for order in line.orders {
            update(order: order, atSeconds: atSeconds) { $0.lines.removeAll { $0 == id } }
        }
    }

    private mutating func dropLine(_ id: Int) {
        for item in stored(line: id)?.kitItems ?? [] { kitItems[item - 1] = nil }
        lines[id - 1] = nil
    }

    /// What all lines of an order come to, rounded to cents, with four decimals as the shop shows it.
    func total(ofOrder id: Int) -> String {
        let total = (order(id)?.lines ?? []).compactMap { line($0) }.reduce(0.0) { sum, line in
            sum + (Double(line.quantity) ?? 0) * line.value
        }
        return Self.money((total * 100).rounded() / 100)
    }

    static func money(_ value: Double) -> String {
        let parts = Int((value * 10_000).rounded())
        let digits = String(parts.magnitude % 10_000)
        return (parts < 0 ? "-" : "") + String(parts.magnitude / 10_000) + "."
            + String(repeating: "0", count: 4 - digits.utf8.count) + digits
    }
}
