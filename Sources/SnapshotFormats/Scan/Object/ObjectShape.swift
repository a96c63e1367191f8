import CSeparators

/// What the object scanner needs to know of a format, ready for the inner loop.
///
/// Unchecked, because its memory is written only while it is made.
final class ObjectShape: @unchecked Sendable {
    /// The form that the inner loop reads; it points into the others.
    let innerPlace: UnsafeMutablePointer<separators_object_shape>
    let row: RowShape
    /// Whether a part of the key loses its leading zeros.
    let stripsZeros: Bool
    private let names: UnsafeMutablePointer<separators_name>
    private let paths: UnsafeMutablePointer<UInt8>

    /// Gives nothing for a format whose rows must all be read by `ObjectRows`.
    init?(_ format: SnapshotFormat, _ objects: ObjectColumns, seeds: KeySeeds) {
        // The inner loop for objects makes keys of three parts.
        guard objects.columns.bin.place == .absent,
            let row = RowShape(format.ofMembers, columns: objects.columns, seeds: seeds)
        else { return nil }
        self.row = row
        stripsZeros = row.inner.strips_zeros != 0
        names = .allocate(capacity: objects.names.count)
        paths = .allocate(capacity: objects.names.reduce(1) { $0 + $1.path.count })
        var path = paths
        for (index, name) in objects.names.enumerated() {
            path.initialize(from: name.path, count: name.path.count)
            names[index] = separators_name(
                path: path,
                length: UInt32(name.path.count),
                field: UInt32(name.field.rawValue)
            )
            path += name.path.count
        }
        let keys: [ObjectColumns.Field] = [.sku, .location, .unit]
        let hasOneNameEach = keys.allSatisfy { key in
            objects.names.filter { $0.field == key }.count <= 1
        }
        innerPlace = .allocate(capacity: 1)
        innerPlace.initialize(
            to: separators_object_shape(
                row: UnsafePointer(row.innerPlace),
                names: names,
                name_count: UInt32(objects.names.count),
                has_one_name_a_key: hasOneNameEach ? 1 : 0
            )
        )
    }

    deinit {
        innerPlace.deallocate()
        names.deallocate()
        paths.deallocate()
    }
}
