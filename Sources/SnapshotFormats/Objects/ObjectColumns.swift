import InventoryCore

/// Which members of an object state what.
///
/// A member is named by its path: the keys from the top joined by points, an array's elements by their number
/// from 0 (`dimensions.locationid`, `location_id[1]`). Paths are compared without regard to ASCII case. Where
/// a column has several names, the first that an object has with another value than null counts for it.
struct ObjectColumns {
    enum Field: Int, CaseIterable {
        // The inner loop of the scanner knows these numbers, except that of the bin.
        case sku, location, unit, onHand, committed, unusable, asOf, bin

        /// Whether it says which position a row speaks of.
        var isKey: Bool { self == .bin || rawValue < Field.onHand.rawValue }
        /// Of two faults in a row, that of the lower one is told: those of the key come first.
        var rank: Int { isKey ? rawValue - Field.allCases.count : rawValue }
    }

    struct Name {
        let field: Field
        /// In lower case.
        let path: [UInt8]
        let text: String
    }

    /// In the order of the fields, and within a field in that of preference.
    let names: [Name]
    /// As a row in which every field stands in the place of its number.
    let columns: FoundColumns
    /// Fields that some object must have, a bit each.
    let needed: UInt64

    /// Names are bits of a word where the found ones are noted.
    static let namesMax = 64
    /// Set in a word of seen fields once there was an object at all.
    static let anySeen: UInt64 = 1 << 63

    /// Prepares a mapping for objects.
    ///
    /// - Throws: `Fault` with code `bad_format` for what objects do not have.
    init(_ mapping: ColumnMapping) throws(Fault) {
        let rules: [(Field, ColumnRule?)] = [
            (.sku, mapping.sku), (.location, mapping.location), (.unit, mapping.unit),
            (.onHand, mapping.onHand), (.committed, mapping.committed), (.unusable, mapping.unusable),
            (.asOf, mapping.asOf), (.bin, mapping.bin),
        ]
        var names: [Name] = []
        var needed: UInt64 = 0
        for (field, rule) in rules {
            guard let rule, case .anyOf(let texts) = rule.source else { continue }
            names += texts.map { Name(field: field, path: $0.utf8.map(ObjectColumns.fold), text: $0) }
            if !rule.isOptional { needed |= 1 << UInt64(field.rawValue) }
        }
        guard names.count <= ObjectColumns.namesMax else {
            throw Fault(
                .badInput,
                code: .badFormat,
                message: "The columns have more than \(ObjectColumns.namesMax) names.",
                hint: "Name only the keys that the source really writes."
            )
        }
        self.names = names
        self.needed = needed
        columns = try FoundColumns(objects: mapping)
    }

    static func fold(_ byte: UInt8) -> UInt8 { 65...90 ~= byte ? byte | 0x20 : byte }

    /// Refuses a snapshot of which no object had a wanted member.
    ///
    /// - Throws: `Fault` with code `missing_column`.
    func check(seen: UInt64, firstKeys: [String]) throws(Fault) {
        guard seen & ObjectColumns.anySeen != 0 else { return }
        for field in Field.allCases where needed & ~seen & 1 << UInt64(field.rawValue) != 0 {
            let wanted = names.filter { $0.field == field }.map { "\"\($0.text)\"" }
            let shown = firstKeys.prefix(20).map { "\"\($0.prefix(60))\"" }.joined(separator: ", ")
            let rest = firstKeys.count > 20 ? " and \(firstKeys.count - 20) more" : ""
            throw Fault(
                .badInput,
                code: .missingColumn,
                message: "No object has \(wanted.joined(separator: " or ")) (for \(field)); "
                    + "the first has \(shown)\(rest).",
                hint: "Name the key as the objects do, nested ones as in stock.on_hand; "
                    + "one that may be missing everywhere is declared with optional: true."
            )
        }
    }
}

extension FoundColumns {
    /// The places of `ObjectColumns.Field`.
    init(objects mapping: ColumnMapping) throws(Fault) {
        func column(
            _ rule: ColumnRule?,
            _ word: String,
            _ field: ObjectColumns.Field
        ) throws(Fault) -> Column {
            guard let rule else { return Column(place: .absent, name: word, rule: ColumnRule(anyOf: [])) }
            switch rule.source {
            case .constant(let text): return Column(place: .constant(text), name: word, rule: rule)
            case .anyOf(let names):
                return Column(place: .index(field.rawValue), name: names.first ?? word, rule: rule)
            case .position(let number):
                throw Fault(
                    .badInput,
                    code: .badFormat,
                    message:
                        "The column for \(word) is given by its position \(number), but objects have none.",
                    hint: "Give the key's name."
                )
            }
        }
        sku = try column(mapping.sku, "sku", .sku)
        location = try column(mapping.location, "location", .location)
        unit = try column(mapping.unit, "unit", .unit)
        onHand = try column(mapping.onHand, "on_hand", .onHand)
        committed = try column(mapping.committed, "committed", .committed)
        unusable = try column(mapping.unusable, "unusable", .unusable)
        asOf = try column(mapping.asOf, "as_of", .asOf)
        guard mapping.asOfTime == nil, mapping.places.isEmpty else {
            throw Fault(
                .badInput,
                code: .badFormat,
                message: "Columns for times of day and for locations are for tables, not for objects.",
                hint: "Name one key with date and time, and let an object state one location."
            )
        }
        asOfTime = Column(place: .absent, name: "as_of", rule: ColumnRule(anyOf: []))
        places = []
        conditions = []
        bin = try column(mapping.bin, "bin", .bin)
        width = ObjectColumns.Field.allCases.count
    }
}
