import CSeparators
package import InventoryCore

/// The newest instant met so far; instants in UTC are compared as text and read only once, at the end.
package struct NewestInstant: Sendable {
    private(set) var words = separators_instant()
    /// Of those that stand there in another shape.
    private(set) var microseconds = Int64.min

    mutating func meet(_ next: separators_instant) {
        if (next.date, next.clock, next.second) > (words.date, words.clock, words.second) { words = next }
    }

    mutating func meet(_ next: Timestamp) {
        microseconds = max(microseconds, next.microseconds)
    }

    mutating func meet(_ next: NewestInstant) {
        meet(next.words)
        microseconds = max(microseconds, next.microseconds)
    }

    /// The newest of all; nothing if none was stated.
    package var timestamp: Timestamp? {
        let other = microseconds > .min ? Timestamp(microseconds: microseconds) : nil
        guard words.date != 0 else { return other }
        let text = NewestInstant.text(words.date, 8) + NewestInstant.text(words.clock, 4)
        let utc = Timestamp(rfc3339: text + NewestInstant.text(words.second, 8))
        return [utc, other].compactMap { $0 }.max()
    }

    /// The first bytes of a word whose most significant byte comes first.
    private static func text(_ word: UInt64, _ count: Int) -> String {
        withUnsafeBytes(of: word.bigEndian) { String(decoding: $0.prefix(count), as: UTF8.self) }
    }
}
