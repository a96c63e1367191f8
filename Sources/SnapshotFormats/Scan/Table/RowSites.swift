import CSeparators
import InventoryCore

/// The locations of a table whose rows state several, ready for the inner loop.
///
/// Unchecked, because its memory is written only while it is made.
final class RowSites: @unchecked Sendable {
    let count: Int
    private let sites: UnsafeMutablePointer<separators_site>
    private let names: UnsafeMutablePointer<UInt8>

    /// The inner loop copies so many bytes of a name at once.
    private static let readableBytes = 32

    /// Gives nothing where two columns are of one location, or one is no column of the table.
    init?(_ columns: FoundColumns) {
        let places = columns.places
        let texts = places.map { CanonicalKey.part($0.location.text) }
        let indexes = places.map { RowShape.index($0.onHand) }
        guard Set(places.map(\.location)).count == places.count, indexes.allSatisfy({ $0 >= 0 }) else {
            return nil
        }
        count = places.count
        sites = .allocate(capacity: max(1, places.count))
        let bytes = texts.reduce(RowSites.readableBytes) { $0 + $1.count }
        names = .allocate(capacity: bytes)
        names.initialize(repeating: 0, count: bytes)
        var name = names
        for (index, text) in texts.enumerated() {
            for (place, byte) in text.enumerated() { name[place] = byte }
            let site = separators_site(name: name, length: UInt32(text.count), column: indexes[index])
            (sites + index).initialize(to: site)
            name += text.count
        }
    }

    deinit {
        sites.deallocate()
        names.deallocate()
    }

    var isEmpty: Bool { count == 0 }
    /// What the inner loop reads.
    var base: UnsafePointer<separators_site> { UnsafePointer(sites) }

    /// A location in canonical form.
    func name(_ site: Int) -> UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(start: sites[site].name, count: Int(sites[site].length))
    }

    /// The column with what is on hand there.
    @inline(__always)
    func column(_ site: Int) -> Int32 { sites[site].column }
}

extension CarefulRows.Outcome {
    /// What one row states of one of its locations; a fault of the whole row, which ends it, counts for the
    /// location at which it was found.
    func part(_ site: Int, _ sites: RowSites) -> CarefulRows.Outcome {
        var part = CarefulRows.Outcome()
        let name = Array(sites.name(site))
        let isHere = { (key: PositionKey) in CanonicalKey.part(key.location.text) == name }
        part.accepted = accepted.filter { isHere($0.key) }
        part.rejected = rejected.filter { row in
            row.key.map(isHere) ?? (accepted.count + rejected.count - 1 == site)
        }
        return part
    }
}
