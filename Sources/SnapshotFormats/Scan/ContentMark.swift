import CSeparators

/// The digests of a snapshot's bytes, a piece each: equal marks under the same seeds mean equal bytes.
package struct ContentMark: Hashable, Sendable {
    /// All pieces but the last are as long as this.
    package static let pieceBytes = 256 << 10

    package var lengthBytes = 0
    /// Two words a piece.
    package var words: [UInt64] = []

    package init() {}

    package init(lengthBytes: Int, words: [UInt64]) {
        self.lengthBytes = lengthBytes
        self.words = words
    }

    /// How many pieces so many bytes have.
    package static func pieces(_ lengthBytes: Int) -> Int {
        (lengthBytes + pieceBytes - 1) / pieceBytes
    }

    mutating func append(_ digest: separators_digest, bytes: Int) {
        words.append(digest.first)
        words.append(digest.second)
        lengthBytes += bytes
    }

    mutating func append(_ other: ContentMark) {
        words += other.words
        lengthBytes += other.lengthBytes
    }
}
