package import InventoryCore

/// Movements as rows of JSON or CSV; amounts are plain decimals in base units.
package enum MovementLines {
    /// The columns of CSV, in the order of its rows.
    package static let header: String = {
        let causes = MovementCause.allCases.map(\.rawValue)
        let names = ["sku", "site", "opening"] + causes + ["closing"] + balances
        return names.joined(separator: ",") + "\r\n"
    }()

    private static let balances = ["opening_stock", "opening_orders", "closing_stock", "closing_orders"]

    /// Appends one JSON object and a line end.
    package static func appendJSON(_ movement: StockMovement, to line: inout JSONLine) {
        line.object { line in
            line.field("sku", movement.sku.text)
            line.field("site", movement.site.text)
            line.field("opening", total(movement.opening.available))
            line.field("begun", movement.text(.begun))
            line.field("erp", movement.text(.erp))
            line.field("events", movement.text(.events))
            line.field("orders", movement.text(.orders))
            line.field("rules", movement.text(.rules))
            line.field("doubt", movement.text(.doubt))
            line.field("decided", movement.text(.decided))
            line.field("recount", movement.text(.recount))
            line.field("closing", total(movement.closing.available))
            line.field("opening_stock", movement.opening.stock)
            line.field("opening_orders", movement.opening.orders)
            line.field("closing_stock", movement.closing.stock)
            line.field("closing_orders", movement.closing.orders)
        }
        line.end()
    }

    /// Gives a row of CSV (RFC 4180).
    package static func csv(_ movement: StockMovement) -> String {
        var cells = [quoted(movement.sku.text), quoted(movement.site.text)]
        cells.append(total(movement.opening.available))
        cells += MovementCause.allCases.map { movement.text($0) }
        cells.append(total(movement.closing.available))
        for balance in [movement.opening, movement.closing] {
            cells += ["\(balance.stock)", "\(balance.orders)"]
        }
        return cells.joined(separator: ",") + "\r\n"
    }

    /// An amount in millionths as a plain decimal.
    package static func total(_ millionths: Int128) -> String {
        QuantityTotal(millionths: millionths).description
    }

    private static func quoted(_ text: String) -> String {
        let isPlain = !text.utf8.contains { [34, 44, 10, 13].contains($0) }
        return isPlain ? text : "\"" + text.replacing("\"", with: "\"\"") + "\""
    }
}

extension StockMovement {
    fileprivate func text(_ cause: MovementCause) -> String { MovementLines.total(moved[cause] ?? 0) }
}
