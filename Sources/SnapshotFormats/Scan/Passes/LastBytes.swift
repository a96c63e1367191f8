/// The last bytes of a snapshot, which tell whether its last line has an end.
struct LastBytes {
    /// As many as a UTF-16 line end has.
    private static let count = 2
    private var bytes: [UInt8] = []

    mutating func append(_ piece: UnsafePointer<UInt8>, _ length: Int) {
        bytes += UnsafeBufferPointer(start: piece, count: length).suffix(LastBytes.count)
        bytes = bytes.suffix(LastBytes.count)
    }

    /// Whether something stands after the last line end.
    func areInsideLine(_ format: SnapshotFormat) -> Bool {
        guard format.notation == .delimited, let last = bytes.last else { return false }
        func isLineEnd(_ byte: UInt8) -> Bool { byte == 0x0A || byte == 0x0D }
        guard format.dialect.encoding.isUTF16 else { return !isLineEnd(last) }
        // Of either byte order, for only a mark tells which: U+0A00 and U+0D00 are no characters of a list.
        guard let first = bytes.first, bytes.count == LastBytes.count else { return true }
        return !(first == 0 && isLineEnd(last) || isLineEnd(first) && last == 0)
    }
}
