import InventoryCore
import SnapshotFormats

/// Makes acknowledgements of the rows of a file of orders: `order,line,quantity,state,at`.
struct OrderRow {
    static let columns = [
        TableReader.Column("order"),
        TableReader.Column("line", isOptional: true),
        TableReader.Column("quantity", content: .quantity, isOptional: true),
        TableReader.Column("state", isOptional: true),
        TableReader.Column("at", isOptional: true),
    ]

    let source: SourceID
    let asOf: Timestamp
    let latest: Timestamp

    /// Why a row is not taken.
    struct Refusal: Error {
        let row: RejectedRow
    }

    typealias Said = (statement: OrderAcknowledgement, isDated: Bool)

    func read(_ row: TableReader.Row) -> Result<Said, Refusal> {
        Result { () throws(Refusal) in
            let order = OrderRow.text(row, 0) ?? ""
            guard !order.isEmpty else {
                throw refusal(row, 0, .missingValue, "The row names no order.")
            }
            let line = try line(row)
            let stated = try instant(row)
            let statement = OrderAcknowledgement(
                order: order,
                line: line,
                quantity: try quantity(row, of: line),
                state: try state(row),
                at: stated ?? asOf,
                source: source
            )
            return (statement, stated != nil)
        }
    }

    /// The text of a cell; nothing where the column or the text is missing.
    private static func text(_ row: TableReader.Row, _ column: Int) -> String? {
        guard case .text(let text) = row.cells[column], !text.isEmpty else { return nil }
        return text
    }

    private func line(_ row: TableReader.Row) throws(Refusal) -> Int64? {
        guard let text = OrderRow.text(row, 1) else { return nil }
        guard text.utf8.allSatisfy({ 48...57 ~= $0 }), let line = Int64(text), line > 0 else {
            throw refusal(row, 1, .wrongType, "\(shown(text)) is no id of a line, which is a whole number.")
        }
        return line
    }

    private func quantity(_ row: TableReader.Row, of line: Int64?) throws(Refusal) -> Quantity? {
        guard case .quantity(let quantity) = row.cells[2] else { return nil }
        guard quantity > .zero else {
            throw refusal(row, 2, .badQuantity, "\(quantity) is not above 0, so it acknowledges nothing.")
        }
        guard line != nil else {
            throw refusal(row, 2, .missingValue, "A quantity is of one line; the row does not say of which.")
        }
        return quantity
    }

    private func state(_ row: TableReader.Row) throws(Refusal) -> OrderAcknowledgement.State {
        guard let text = OrderRow.text(row, 3) else { return .booked }
        guard let state = OrderAcknowledgement.State(rawValue: text) else {
            throw refusal(row, 3, .wrongType, "\(shown(text)) is none of booked, shipped and cancelled.")
        }
        return state
    }

    private func instant(_ row: TableReader.Row) throws(Refusal) -> Timestamp? {
        guard let text = OrderRow.text(row, 4) else { return nil }
        guard let instant = Timestamp(rfc3339: text) else {
            throw refusal(row, 4, .badTime, "\(shown(text)) is no instant with an offset (RFC 3339).")
        }
        guard instant <= latest else {
            throw refusal(row, 4, .badTime, "\(instant) lies in the future.")
        }
        return instant
    }

    private func refusal(
        _ row: TableReader.Row,
        _ column: Int,
        _ reason: RejectedRow.Reason,
        _ message: String
    ) -> Refusal {
        Refusal(
            row: RejectedRow(
                line: row.line,
                column: OrderRow.columns[column].names.first,
                reason: reason,
                message: message,
                bytes: []
            )
        )
    }

    private func shown(_ text: String) -> String { "\"\(text.prefix(60))\"" }
}
