import InventoryCore

/// Values that the configuration states for every row: plain decimals and RFC 3339, whatever the dialect.
struct ColumnConstants {
    private(set) var onHand: Quantity?
    private(set) var committed: Quantity?
    private(set) var unusable: Quantity?
    private(set) var asOf: Timestamp?

    init(_ columns: FoundColumns) throws(Fault) {
        onHand = try ColumnConstants.quantity(columns.onHand)
        committed = try ColumnConstants.quantity(columns.committed)
        unusable = try ColumnConstants.quantity(columns.unusable)
        for column in [columns.sku, columns.location, columns.unit, columns.bin] {
            try ColumnConstants.checkKey(column)
        }
        for (column, value) in [(columns.committed, committed), (columns.unusable, unusable)] {
            guard let value, value < .zero else { continue }
            throw Fault(
                .badInput,
                code: .badFormat,
                message: "The constant \(value) for \(column.name) is below zero.",
                hint: "It is taken away from the quantity on hand; write it without a sign."
            )
        }
        guard case .constant(let text) = columns.asOf.place else { return }
        asOf = Timestamp(rfc3339: text)
        if asOf == nil {
            throw Fault(
                .badInput,
                code: .badFormat,
                message: "The constant \"\(text)\" for as_of is not a time.",
                hint: "Write it as 2026-11-23T20:15:00Z."
            )
        }
    }

    private static func checkKey(_ column: FoundColumns.Column) throws(Fault) {
        guard case .constant(let text) = column.place, !KeyLimits.allow(text) else { return }
        throw Fault(
            .badInput,
            code: .badFormat,
            message: "The constant for \(column.name) has a control character, or more than "
                + "\(KeyLimits.bytesMax) bytes.",
            hint: "Write a plain name."
        )
    }

    private static func quantity(_ column: FoundColumns.Column) throws(Fault) -> Quantity? {
        guard case .constant(let text) = column.place else { return nil }
        do throws(QuantityError) {
            return try Quantity(decimal: text)
        } catch {
            throw Fault(
                .badInput,
                code: .badFormat,
                message: "The constant \"\(text)\" for \(column.name) is not a quantity.",
                hint: "Write a plain decimal with at most six decimals, such as 7.5."
            )
        }
    }
}
