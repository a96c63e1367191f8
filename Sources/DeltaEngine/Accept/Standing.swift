import CSeparators
import InventoryCore
import SnapshotFormats

/// What a baseline holds as a whole, beside its positions: how they were last stated, and what they come to.
struct Standing {
    /// Identifies the format of the last accepted snapshot.
    var format: UInt64 = 0
    /// Microseconds of the newest instant that a row of it stated; `min` where none did.
    var newestAsOf: Int64 = .min
    /// The digest of the key of the row that stated it; zeroes if unknown.
    var newestKey = separators_digest()
    /// Its bytes, where they state exactly what the baseline holds.
    var mark = ContentMark()
    var locations = LocationTotals()

    /// The newest instant that a row stated; nothing where none did.
    var newestInstant: Timestamp? { newestAsOf == .min ? nil : Timestamp(microseconds: newestAsOf) }
}
