import StateStore

/// A set of rows, one bit each: rows count from 1 without large gaps.
struct RowSet {
    private var words: [UInt64] = []

    mutating func insert(_ row: LevelRow) {
        guard row.number >= 0 else { return }
        let word = Int(row.number >> 6)
        if word >= words.count {
            words.append(contentsOf: repeatElement(0, count: word + 1 - words.count))
        }
        words[word] |= 1 << UInt64(row.number & 63)
    }

    func contains(_ row: LevelRow) -> Bool {
        let word = Int(row.number >> 6)
        return row.number >= 0 && word < words.count && words[word] & (1 << UInt64(row.number & 63)) != 0
    }
}
