package import CSeparators
package import InventoryCore

/// The newest instant met so far, and the key of the row that stated it; instants in UTC are compared as text
/// and read only once, at the end.
///
/// Nobody has counted stock after `latest`: rows that say so are counted, and their instants ignored.
package struct NewestInstant: Sendable {
    /// An instant as its row states it.
    enum StatedInstant {
        /// Twenty bytes in UTC, compared as text.
        case usual(separators_instant)
        case other(Timestamp)
    }

    /// Rows whose instants lay after `latest`.
    package private(set) var laterRows = 0
    private let latest: Int64
    private let latestWords: separators_instant
    private(set) var words = separators_instant()
    private var wordsKey = separators_digest()
    /// The newest of those in another shape.
    private(set) var microseconds = Int64.min
    private var microsecondsKey = separators_digest()

    init(upTo latest: Timestamp? = nil) {
        self.latest = latest?.microseconds ?? .max
        var limit = separators_instant()
        limit.date = .max
        // Whole seconds, as the text of the usual shape has them; no later year has four digits.
        let second = latest.map { Timestamp(microseconds: $0.microseconds / 1_000_000 * 1_000_000) }
        let text = second.map { Array($0.description.utf8) } ?? []
        if text.count == 20 { limit = text.withUnsafeBufferPointer { NewestInstant.words(of: $0) } }
        latestWords = limit
    }

    private static func words(of text: UnsafeBufferPointer<UInt8>) -> separators_instant {
        guard let base = text.baseAddress else { return separators_instant() }
        return separators_read_instant(base)
    }

    /// Whether there are instants after the latest that counts.
    var isLimited: Bool { latest < .max }

    /// Whether a stated instant lies after the latest that counts.
    func isLater(_ stated: StatedInstant) -> Bool {
        switch stated {
        case .usual(let next):
            let limit = latestWords
            return (next.date, next.clock, next.second) > (limit.date, limit.clock, limit.second)
        case .other(let next): return next.microseconds > latest
        }
    }

    mutating func meet(_ stated: StatedInstant, of key: separators_digest) {
        switch stated {
        case .usual(let next): meet(next, of: key)
        case .other(let next): meet(next, of: key)
        }
    }

    mutating func meet(_ next: separators_instant, of key: separators_digest) {
        guard (next.date, next.clock, next.second) > (words.date, words.clock, words.second) else { return }
        let limit = latestWords
        guard (next.date, next.clock, next.second) <= (limit.date, limit.clock, limit.second) else {
            laterRows += 1
            return
        }
        words = next
        wordsKey = key
    }

    mutating func meet(_ next: Timestamp, of key: separators_digest) {
        guard next.microseconds > microseconds else { return }
        guard next.microseconds <= latest else {
            laterRows += 1
            return
        }
        microseconds = next.microseconds
        microsecondsKey = key
    }

    mutating func meet(_ next: NewestInstant) {
        laterRows += next.laterRows
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
