import GRDB
package import InventoryCore

extension StateDatabase {
    /// Gives the part of an order that a name means: its identifier, or its id.
    package func orderPart(named name: String) async throws -> OrderPart? {
        try await read("find a part of an order") { db in
            let row = try Row.fetchOne(
                db,
                cached: "\(OrderPart.query) WHERE identifier = ? ORDER BY id LIMIT 1",
                arguments: [name]
            )
            if let row { return try OrderPart(row) }
            guard let number = Int64(name) else { return nil }
            return try Row.fetchOne(db, cached: "\(OrderPart.query) WHERE id = ?", arguments: [number])
                .map { try OrderPart($0) }
        }
    }

    /// Gives the parts of an order, in the order of their ids.
    package func orderParts(of order: OrderID) async throws -> [OrderPart] {
        try await read("read the parts of an order") { db in
            try Row.fetchAll(
                db,
                cached: "\(OrderPart.query) WHERE web_order = ? ORDER BY id",
                arguments: [order.number]
            ).map { try OrderPart($0) }
        }
    }
}

extension Database {
    func keep(_ parts: [OrderPart]) throws {
        for part in parts {
            try execute(
                cached: "INSERT OR REPLACE INTO order_parts VALUES (?, ?, ?, ?)",
                arguments: [part.id.number, part.identifier, part.order.number, part.stored]
            )
        }
    }
}

extension OrderPart {
    fileprivate static let query = "SELECT id, identifier, web_order, lines FROM order_parts"

    fileprivate var stored: String {
        lines.sorted { $0.key < $1.key }.map { line, own in "\(line) \(own.map(String.init) ?? "")" }
            .joined(separator: "\n")
    }

    fileprivate init(_ row: Row) throws {
        let text: String = row[3]
        var lines: [Int64: Int64?] = [:]
        for line in text.split(separator: "\n") {
            let fields = line.split(separator: " ", omittingEmptySubsequences: false)
            guard fields.count == 2, let id = Int64(fields[0]) else {
                throw Fault.damaged("the lines of a part of an order, “\(line)”")
            }
            lines.updateValue(Int64(fields[1]), forKey: id)
        }
        self.init(id: OrderID(row[0]), identifier: row[1], order: OrderID(row[2]), lines: lines)
    }
}
