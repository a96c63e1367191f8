import InventoryCore
import SnapshotFormats
import TidegateSettings

/// Makes keys as the source's snapshots have them: an event and a row about one position must meet.
struct PositionKeys {
    private var skus: KeyNormaliser
    private var locations: KeyNormaliser
    private var units: KeyNormaliser
    private let defaultLocation: Location?
    private let defaultUnit: StockUnit?
    private let ignoredSKUs: [Glob]
    /// What a level has to state, or else its figures would rise by it.
    let needsCommitted: Bool
    let needsUnusable: Bool
    /// What every row of a snapshot states by its configuration.
    let committed: Quantity?
    let unusable: Quantity?

    /// - Parameters:
    ///   - format: of the source's snapshots.
    ///   - statedRoles: the roles of the columns that the last accepted snapshot was read by.
    init(_ format: SnapshotFormat, statedRoles: Set<String>) {
        let columns = format.columns
        func normaliser(_ rule: ColumnRule?) -> KeyNormaliser {
            KeyNormaliser(rule: rule ?? ColumnRule(anyOf: []), encoding: .utf8, remembered: 64)
        }
        skus = normaliser(columns.sku)
        locations = normaliser(columns.location)
        units = normaliser(columns.unit)
        defaultLocation =
            columns.places.isEmpty ? PositionKeys.fallback(columns.location).map { Location($0) } : nil
        defaultUnit = PositionKeys.fallback(columns.unit).map { StockUnit($0) }
        ignoredSKUs = format.rows.ignoredSKUs
        func isNeeded(_ rule: ColumnRule?, _ role: String) -> Bool {
            columns != .byName && (rule?.isColumn ?? false) || statedRoles.contains(role)
        }
        needsCommitted = isNeeded(columns.committed, "committed")
        needsUnusable = isNeeded(columns.unusable, "unusable")
        committed = PositionKeys.constant(columns.committed)
        unusable = PositionKeys.constant(columns.unusable)
    }

    /// What stands for a key part that an event does not state; nothing where it must.
    private static func fallback(_ rule: ColumnRule?) -> String? {
        guard let rule else { return "" }
        if case .constant(let text) = rule.source { return text }
        return rule.isOptional ? "" : nil
    }

    private static func constant(_ rule: ColumnRule?) -> Quantity? {
        guard case .constant(let text) = rule?.source else { return nil }
        // A constant that is no quantity has stopped the configuration before.
        return try? Quantity(decimal: text)
    }

    mutating func sku(_ field: KeyField) throws(ItemFault) -> SKU {
        let text = try PositionKeys.checked(field.read(by: &skus), "sku")
        guard !text.isEmpty else {
            throw ItemFault(EventCode.missingMember, "The sku is empty; name what the event is about.")
        }
        return SKU(text)
    }

    mutating func location(_ field: KeyField) throws(ItemFault) -> Location {
        Location(try PositionKeys.checked(field.read(by: &locations), "location"))
    }

    mutating func unit(_ field: KeyField) throws(ItemFault) -> StockUnit {
        StockUnit(try PositionKeys.checked(field.read(by: &units), "unit"))
    }

    /// The location of an event that names none.
    ///
    /// - Throws: where the source's snapshots have a column for it.
    func locationUnnamed() throws(ItemFault) -> Location {
        guard let defaultLocation else {
            throw ItemFault(
                EventCode.missingMember,
                "The location is missing; this source's snapshots state one for each row."
            )
        }
        return defaultLocation
    }

    /// The unit of an event that names none.
    ///
    /// - Throws: where the source's snapshots have a column for it.
    func unitUnnamed() throws(ItemFault) -> StockUnit {
        guard let defaultUnit else {
            throw ItemFault(
                EventCode.missingMember,
                "The unit is missing; this source's snapshots state one for each row."
            )
        }
        return defaultUnit
    }

    func isIgnored(_ sku: SKU) -> Bool { ignoredSKUs.contains { $0.matches(sku) } }

    private static func checked(
        _ reading: KeyNormaliser.Reading?,
        _ name: String
    ) throws(ItemFault) -> String {
        guard let reading, reading.isAllowed else {
            throw ItemFault(
                EventCode.badText,
                "The \(name) has a control character, or more than \(KeyLimits.bytesMax) bytes; "
                    + "send the plain code."
            )
        }
        return reading.text
    }
}

/// The bytes of a part of a key, where they stand or decoded.
struct KeyField {
    private let bytes: UnsafeBufferPointer<UInt8>
    private let decoded: [UInt8]?

    init(_ bytes: UnsafeBufferPointer<UInt8>) {
        self.bytes = bytes
        decoded = nil
    }

    init(decoded: [UInt8]) {
        bytes = UnsafeBufferPointer(start: nil, count: 0)
        self.decoded = decoded
    }

    func read(by normaliser: inout KeyNormaliser) -> KeyNormaliser.Reading? {
        guard let decoded else { return normaliser.read(bytes) }
        return decoded.withUnsafeBufferPointer { normaliser.read($0) }
    }
}

/// The parts of a level as a sender states them.
struct LevelParts {
    var onHand: Quantity?
    var committed: Quantity?
    var unusable: Quantity?
    var net: Quantity?

    /// Gives what is there and free.
    ///
    /// - Throws: where a part is missing, below zero, or contradicts another.
    func free(_ keys: PositionKeys) throws(ItemFault) -> Quantity {
        if let net {
            guard onHand == nil, committed == nil, unusable == nil else {
                throw ItemFault(
                    EventCode.conflictingMembers,
                    "net stands beside on_hand, committed or unusable; send net alone or the others."
                )
            }
            return net
        }
        guard let onHand else {
            throw ItemFault(EventCode.missingMember, "A level states on_hand, or net; add one of them.")
        }
        let parts = [
            ("committed", committed, keys.needsCommitted, keys.committed),
            ("unusable", unusable, keys.needsUnusable, keys.unusable),
        ]
        var free = onHand
        for (name, stated, isNeeded, constant) in parts {
            if stated == nil, isNeeded {
                throw ItemFault(
                    EventCode.incompleteLevel,
                    "on_hand comes without \(name), which this source's snapshots state: the figure would "
                        + "rise by it. Send \(name) too, or net."
                )
            }
            guard let part = stated ?? constant else { continue }
            guard part >= .zero else {
                throw ItemFault(
                    EventCode.badAmount,
                    "\(name) is below zero; it is taken away from on_hand, so send it without a sign."
                )
            }
            do throws(QuantityError) { free = try free.subtracting(part) } catch {
                throw ItemFault(EventCode.badAmount, "The level is beyond what can be counted.")
            }
        }
        return free
    }
}
