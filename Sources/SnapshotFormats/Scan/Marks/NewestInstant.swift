package import CSeparators
package import InventoryCore

/// The newest instant met so far, and the key of the row that stated it; instants in UTC are compared as text
/// and read only once, at the end.
package struct NewestInstant: Sendable {
    private(set) var words = separators_instant()
    private var wordsKey = separators_digest()
    /// The newest of those in another shape.
    private(set) var microseconds = Int64.min
    private var microsecondsKey = separators_digest()

    mutating func meet(_ next: separators_instant, of key: separators_digest) {
        guard (next.date, next.clock, next.second) > (words.date, words.clock, words.second) else { return }
        words = next
        wordsKey = key
    }

    mutating func meet(_ next: Timestamp, of key: separators_digest) {
        guard next.microseconds > microseconds else { return }
        microseconds = next.microseconds
        microsecondsKey = key
    }

    mutating func meet(_ next: NewestInstant) {
        meet(next.words, of: next.wordsKey)
        if next.microseconds > .min {
            meet(Timestamp(microseconds: next.microseconds), of: next.microsecondsKey)
        }
    }

    /// The newest of all, and the digest of the key of a row that stated it; nothing if none was stated.
    package var stated: (at: Timestamp, key: separators_digest)? {
        let other = microseconds > .min ? Timestamp(microseconds: microseconds) : nil
        guard words.date != 0 else { return other.map { ($0, microsecondsKey) } }
        let text = NewestInstant.text(words.date, 8) + NewestInstant.text(words.clock, 4)
        guard let utc = Timestamp(rfc3339: text + NewestInstant.text(words.second, 8)) else {
            return other.map { ($0, microsecondsKey) }
        }
        if let other, other > utc { return (other, microsecondsKey) }
        return (utc, wordsKey)
    }

    /// The newest of all; nothing if none was stated.
    package var timestamp: Timestamp? { stated?.at }

    /// The first bytes of a word whose most significant byte comes first.
    private static func text(_ word: UInt64, _ count: Int) -> String {
        withUnsafeBytes(of: word.bigEndian) { String(decoding: $0.prefix(count), as: UTF8.self) }
    }
}
