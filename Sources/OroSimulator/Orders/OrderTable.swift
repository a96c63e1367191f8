/// An order of the web shop.
struct Order: Sendable {
    let uuid: String
    var identifier: String?
    /// What a client may write and nobody else reads, by name: `poNumber`, `customerNotes` and the like.
    var texts: [String: JsonValue] = [:]
    var customer: Int?
    /// Whether another system is said to have it; only shown.
    var isExternal = false
    var lines: [Int] = []
    /// The id of its `orderinternalstatuses`.
    var status = OrderStatus.open
    let createdAtSeconds: Int64
    var updatedAtSeconds: Int64
}

/// What became of an order, as the back office has it; the API cannot set it.
package enum OrderStatus: String, Sendable, CaseIterable {
    case archived
    case cancelled
    case closed
    case open
    case shipped
}

struct OrderLine: Sendable {
    let order: Int
    /// nil for a line that somebody wrote by hand.
    let product: Int?
    let sku: String?
    let freeForm: String?
    let unit: String
    /// As it was sent.
    var quantity: String
    var value: Double
    let currency: String
    var comment: JsonValue = .null
    let createdAtSeconds: Int64
    var updatedAtSeconds: Int64
}

struct Customer: Sendable {
    let name: String
    var group: Int?
    let createdAtSeconds: Int64
    var updatedAtSeconds: Int64
}

/// Orders with their lines, and who ordered; ids count from 1 and are never used again.
struct OrderTable {
    private(set) var orders: [Order?] = []
    private(set) var lines: [OrderLine?] = []
    var customers: [Customer] = []

    func order(_ id: Int) -> Order? { id >= 1 && id <= orders.count ? orders[id - 1] : nil }
    func line(_ id: Int) -> OrderLine? { id >= 1 && id <= lines.count ? lines[id - 1] : nil }
    func customer(_ id: Int) -> Customer? { id >= 1 && id <= customers.count ? customers[id - 1] : nil }

    mutating func add(_ order: Order) -> Int {
        orders.append(order)
        return orders.count
    }

    /// Adds a line to its order.
    mutating func add(_ line: OrderLine) -> Int {
        lines.append(line)
        orders[line.order - 1]?.lines.append(lines.count)
        return lines.count
    }

    mutating func update(order id: Int, atSeconds: Int64, _ change: (inout Order) -> Void = { _ in }) {
        guard var order = order(id) else { return }
        change(&order)
        order.updatedAtSeconds = atSeconds
        orders[id - 1] = order
    }

    /// Changes a line, which moves its order's time too.
    mutating func update(line id: Int, atSeconds: Int64, _ change: (inout OrderLine) -> Void) {
        guard var line = line(id) else { return }
        change(&line)
        line.updatedAtSeconds = atSeconds
        lines[id - 1] = line
        update(order: line.order, atSeconds: atSeconds)
    }

    mutating func remove(order id: Int) {
        for line in order(id)?.lines ?? [] { lines[line - 1] = nil }
        orders[id - 1] = nil
    }

    mutating func remove(line id: Int, atSeconds: Int64) {
        guard let line = line(id) else { return }
        lines[id - 1] = nil
        update(order: line.order, atSeconds: atSeconds) { $0.lines.removeAll { $0 == id } }
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
