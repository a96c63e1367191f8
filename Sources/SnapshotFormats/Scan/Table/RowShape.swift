import CSeparators
import InventoryCore

/// What the table scanner needs to know of a format and its found columns, ready for the inner loop.
///
/// Unchecked, because its memory is written only while it is made.
final class RowShape: @unchecked Sendable {
    /// The form that the inner loop reads; it points into `constants`.
    let innerPlace: UnsafeMutablePointer<separators_shape>
    let constantAsOf: Timestamp?
    /// Bytes that constants add to a key, commas included.
    let constantBytes: Int
    /// Where parts of the key stand.
    let keyColumns: [Int]
    /// The locations of a row that states several.
    let sites: RowSites
    private let constants: UnsafeMutablePointer<UInt8>
    /// A row of more is read by `RowReader`; a batch has room for four of them.
    private static let sitesMax = RowBatch.capacity / 4

    /// A copy of the inner form.
    var inner: separators_shape { innerPlace.pointee }

    /// Gives nothing for a format whose rows must all be read by `RowReader`.
    init?(_ format: SnapshotFormat, columns: FoundColumns, seeds: KeySeeds) {
        let dialect = format.dialect
        guard !format.needsSlowReader, !dialect.encoding.isUTF16, dialect.delimiter != 0, dialect.quote != 0,
            columns.places.count <= RowShape.sitesMax,
            case .index = columns.sku.place,
            let stated = try? ColumnConstants(columns),
            let net = RowShape.net(stated)
        else { return nil }
        let keys = [columns.sku, columns.location, columns.unit, columns.bin]
        guard keys.allSatisfy({ ($0.rule.afterLast ?? "").isEmpty }), let sites = RowSites(columns) else {
            return nil
        }
        self.sites = sites
        // A row with several locations has no bins, and nothing is deducted from what it states.
        let others = [columns.bin, columns.location, columns.committed, columns.unusable]
        guard sites.isEmpty || others.allSatisfy({ $0.place == .absent }) else { return nil }
        keyColumns = keys.map { Int(RowShape.index($0)) }.filter { $0 >= 0 }
        let parts = keys.map(RowShape.constant)
        let bytes = parts.flatMap { $0 }
        constantBytes = bytes.count + (parts[3].isEmpty ? 2 : 3)
        innerPlace = .allocate(capacity: 1)
        innerPlace.initialize(to: separators_shape())
        constantAsOf = stated.asOf
        constants = .allocate(capacity: bytes.count + 1)
        for (index, byte) in bytes.enumerated() { constants[index] = byte }
        innerPlace.pointee.constants = (
            UnsafePointer(constants),
            UnsafePointer(constants + parts[0].count),
            UnsafePointer(constants + parts[0].count + parts[1].count),
            UnsafePointer(constants + bytes.count - parts[3].count)
        )
        innerPlace.pointee.constant_lengths = (
            parts[0].count, parts[1].count, parts[2].count, parts[3].count
        )
        innerPlace.pointee.sites = sites.base
        innerPlace.pointee.site_count = UInt32(sites.count)
        innerPlace.pointee.constant_net = net
        innerPlace.pointee.row_bytes_max = format.limits.rowBytesMax
        innerPlace.pointee.salt = seeds.fingerprint(of: format, columns)
        setColumns(columns)
        setDialect(dialect)
        for (bit, key) in keys.enumerated() where key.rule.stripsLeadingZeros {
            innerPlace.pointee.strips_zeros |= 1 << UInt8(bit)
        }
        let binColumn = innerPlace.pointee.bin
        let isInPlace =
            sites.isEmpty && parts[3].isEmpty
            && (binColumn < 0 || binColumn == innerPlace.pointee.sku + 3)
            && innerPlace.pointee.location == innerPlace.pointee.sku + 1
            && innerPlace.pointee.unit == innerPlace.pointee.sku + 2
            && dialect.delimiter == CanonicalKey.comma && innerPlace.pointee.strips_zeros == 0
        innerPlace.pointee.is_key_in_place = isInPlace ? 1 : 0
    }

    deinit {
        constants.deallocate()
        innerPlace.deallocate()
    }

    /// The part of the key that is the same for every row, in canonical form; empty where a column has it.
    func constant(_ part: Int) -> UnsafeBufferPointer<UInt8> {
        let (starts, lengths) = (innerPlace.pointee.constants, innerPlace.pointee.constant_lengths)
        switch part {
        case 0: return UnsafeBufferPointer(start: starts.0, count: lengths.0)
        case 1: return UnsafeBufferPointer(start: starts.1, count: lengths.1)
        case 2: return UnsafeBufferPointer(start: starts.2, count: lengths.2)
        default: return UnsafeBufferPointer(start: starts.3, count: lengths.3)
        }
    }

    private func setColumns(_ columns: FoundColumns) {
        innerPlace.pointee.sku = RowShape.index(columns.sku)
        innerPlace.pointee.location = RowShape.index(columns.location)
        innerPlace.pointee.unit = RowShape.index(columns.unit)
        innerPlace.pointee.bin = RowShape.index(columns.bin)
        innerPlace.pointee.on_hand = RowShape.index(columns.onHand)
        innerPlace.pointee.committed = RowShape.index(columns.committed)
        innerPlace.pointee.unusable = RowShape.index(columns.unusable)
        innerPlace.pointee.as_of = RowShape.index(columns.asOf)
        let others = [
            columns.sku, columns.location, columns.unit, columns.bin, columns.onHand, columns.committed,
            columns.unusable,
        ]
        let isShared = (others + columns.places.map(\.onHand)).contains { $0.place == columns.asOf.place }
        innerPlace.pointee.is_time_apart = isShared ? 0 : 1
        innerPlace.pointee.width = Int32(columns.width)
    }

    private func setDialect(_ dialect: Dialect) {
        innerPlace.pointee.delimiter = dialect.delimiter
        innerPlace.pointee.quote = dialect.quote ?? 0
        innerPlace.pointee.mark = dialect.decimalMark.rawValue
        innerPlace.pointee.is_utf8 = dialect.encoding == .utf8 ? 1 : 0
        innerPlace.pointee.has_rfc3339_times = dialect.timeFormat == .rfc3339 ? 1 : 0
        switch dialect.emptyQuantity {
        case .absent: innerPlace.pointee.empties = UInt8(SEPARATORS_EMPTY_OTHER)
        case .zero: innerPlace.pointee.empties = UInt8(SEPARATORS_EMPTY_ON_HAND | SEPARATORS_EMPTY_OTHER)
        case .reject: innerPlace.pointee.empties = 0
        }
    }

    private static func constant(_ column: FoundColumns.Column) -> [UInt8] {
        if case .constant(let text) = column.place { return CanonicalKey.part(text) }
        return []
    }

    static func index(_ column: FoundColumns.Column) -> Int32 {
        if case .index(let index) = column.place { return Int32(index) }
        return -1
    }

    private static func net(_ constants: ColumnConstants) -> Int64? {
        let row = SourceRow(
            line: 0,
            key: PositionKey(sku: "", location: "", unit: ""),
            onHand: constants.onHand,
            committed: constants.committed,
            unusable: constants.unusable,
            asOf: nil
        )
        return try? row.net().millionths
    }
}
