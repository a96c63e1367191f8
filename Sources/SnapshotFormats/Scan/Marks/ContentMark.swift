import CSeparators
import Synchronization

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

    /// Appends bytes that begin a piece, and end the input where they end inside one.
    package mutating func append(_ bytes: UnsafePointer<UInt8>, _ count: Int, _ seeds: KeySeeds) {
        for begin in stride(from: 0, to: count, by: ContentMark.pieceBytes) {
            let length = min(ContentMark.pieceBytes, count - begin)
            append(seeds.withSeeds { separators_hash_bytes(bytes + begin, length, $0) }, bytes: length)
        }
    }

    mutating func append(_ other: ContentMark) {
        words += other.words
        lengthBytes += other.lengthBytes
    }
}

extension ContentMark {
    /// Whether the file has exactly the bytes of this mark; stops at the first piece that differs.
    ///
    /// - Throws: `Fault` if the file cannot be read.
    package func matches(_ file: PlainFile, seeds: KeySeeds, workers: Int) throws -> Bool {
        let pieces = ContentMark.pieces(lengthBytes)
        guard file.lengthBytes == lengthBytes, words.count == pieces * 2 else { return false }
        let count = max(1, min(workers, pieces))
        let isDifferent = Mutex(false)
        _ = try WorkerThreads.run(count) { worker in
            let buffer = PieceBuffer()
            // Interleaved, so that a difference near the start is found soon.
            for piece in stride(from: worker, to: pieces, by: count) {
                if isDifferent.withLock({ $0 }) { return }
                let offset = piece * ContentMark.pieceBytes
                let length = min(ContentMark.pieceBytes, lengthBytes - offset)
                try PlainPass.read(file, offset, buffer.piece, length)
                let digest = seeds.withSeeds { separators_hash_bytes(buffer.piece, length, $0) }
                if digest.first != words[piece * 2] || digest.second != words[piece * 2 + 1] {
                    isDifferent.withLock { $0 = true }
                }
            }
        }
        return !isDifferent.withLock { $0 }
    }
}
