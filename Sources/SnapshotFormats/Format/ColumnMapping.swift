/// Which column states what.
package struct ColumnMapping: Hashable, Sendable {
    package var sku: ColumnRule
    package var location: ColumnRule?
    package var unit: ColumnRule?
    package var onHand: ColumnRule
    package var committed: ColumnRule?
    package var unusable: ColumnRule?
    package var asOf: ColumnRule?
    /// The time of day, where `asOf` has only the date; joined to it with a blank.
    package var asOfTime: ColumnRule?
    /// Of a bin, lot or serial number; never found by name, since it makes several positions of one.
    package var bin: ColumnRule?
    /// A column for each location, where one row states several; then `onHand` is the first of them, and
    /// there is no column for the location.
    package var places: [Place] = []

    /// The column that states what is on hand at one location.
    package struct Place: Hashable, Sendable {
        package let location: String
        package let onHand: ColumnRule

        package init(location: String, onHand: ColumnRule) {
            self.location = location
            self.onHand = onHand
        }
    }

    /// Columns by the header names that need no configuration (spec,
    /// Command line); all but SKU and quantity may be missing.
    package static let byName = ColumnMapping(
        sku: ColumnRule(anyOf: ["sku"]),
        location: ColumnRule(anyOf: ["location"], isOptional: true),
        unit: ColumnRule(anyOf: ["unit"], isOptional: true),
        onHand: ColumnRule(anyOf: ["on_hand", "quantity"]),
        committed: ColumnRule(anyOf: ["committed", "reserved"], isOptional: true),
        unusable: ColumnRule(anyOf: ["unusable"], isOptional: true),
        asOf: ColumnRule(anyOf: ["as_of", "updated_at"], isOptional: true)
    )

    package init(
        sku: ColumnRule,
        location: ColumnRule? = nil,
        unit: ColumnRule? = nil,
        onHand: ColumnRule,
        committed: ColumnRule? = nil,
        unusable: ColumnRule? = nil,
        asOf: ColumnRule? = nil,
        asOfTime: ColumnRule? = nil,
        bin: ColumnRule? = nil
    ) {
        self.asOfTime = asOfTime
        self.sku = sku
        self.location = location
        self.unit = unit
        self.onHand = onHand
        self.committed = committed
        self.unusable = unusable
        self.asOf = asOf
        self.bin = bin
    }
}

extension ColumnMapping {
    /// Columns of a table whose rows state several locations; nothing without any.
    package init?(
        sku: ColumnRule,
        unit: ColumnRule?,
        asOf: ColumnRule?,
        asOfTime: ColumnRule?,
        places: [Place]
    ) {
        guard let first = places.first else { return nil }
        self.init(sku: sku, unit: unit, onHand: first.onHand, asOf: asOf, asOfTime: asOfTime)
        self.places = places
    }
}

/// Where one value of a row comes from, and the declared normalisation of its text.
package struct ColumnRule: Hashable, Sendable {
    package enum Source: Hashable, Sendable {
        /// The one of these header names that exists; compared without regard to ASCII case and outer blanks.
        ///
        /// Objects may have several: for each, the first that is not null counts.
        case anyOf([String])
        /// Counted from 1.
        case position(Int)
        /// The same value for every row.
        case constant(String)
    }

    package var source: Source
    /// Whether it is a column of the delivery, and no constant.
    package var isColumn: Bool {
        if case .constant = source { false } else { true }
    }
    /// Whether the column may be missing from the header.
    package var isOptional: Bool
    /// Keeps what follows the last occurrence of this text (`FASTENERS : SKU-1` by ` : ` gives `SKU-1`).
    package var afterLast: String?
    package var stripsLeadingZeros: Bool

    package init(
        anyOf names: [String],
        isOptional: Bool = false,
        afterLast: String? = nil,
        stripsLeadingZeros: Bool = false
    ) {
        self.init(
            source: .anyOf(names),
            isOptional: isOptional,
            afterLast: afterLast,
            stripsLeadingZeros: stripsLeadingZeros
        )
    }

    package init(
        source: Source,
        isOptional: Bool = false,
        afterLast: String? = nil,
        stripsLeadingZeros: Bool = false
    ) {
        self.source = source
        self.isOptional = isOptional
        self.afterLast = afterLast
        self.stripsLeadingZeros = stripsLeadingZeros
    }
}
