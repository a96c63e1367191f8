import CSeparators
import SnapshotFormats

/// How the rows of a base are divided into blocks: up to 32 rows each, none of them in two of its parts.
struct RowBlocks {
    /// The first row of each part, and behind them the number of rows.
    private let begins: [Int]
    /// The number of the first block of each part, and behind them the number of blocks.
    private let numbers: [Int]

    /// Takes the first rows of the parts; gives nothing where they are not in order.
    init?(begins: some Sequence<UInt64>, rowCount: Int) {
        var rows: [Int] = []
        var numbers: [Int] = []
        var count = 0
        for begin in begins {
            guard let begin = Int(exactly: begin), begin <= rowCount, begin >= rows.last ?? 0 else {
                return nil
            }
            if let last = rows.last { count += RowBlocks.count(ofRows: begin - last) }
            rows.append(begin)
            numbers.append(count)
        }
        if let last = rows.last { count += RowBlocks.count(ofRows: rowCount - last) }
        guard rows.first ?? 0 == 0, rowCount == 0 || !rows.isEmpty else { return nil }
        self.begins = rows + [rowCount]
        self.numbers = numbers + [count]
    }

    /// How many blocks a part of so many rows has.
    static func count(ofRows rows: Int) -> Int { (rows + RowBlock.rowsMax - 1) / RowBlock.rowsMax }

    var count: Int { numbers[numbers.count - 1] }

    /// A part of the base: its rows, and the numbers of its blocks.
    struct Part {
        var rows = 0..<0
        var blocks = 0..<0

        /// The number of the block in which a row of the part stands.
        @inline(__always)
        func block(of row: Int) -> Int { blocks.lowerBound + (row - rows.lowerBound) / RowBlock.rowsMax }

        /// The first row of a block of the part; the end of the part for one behind it.
        @inline(__always)
        func begin(of block: Int) -> Int {
            min(rows.lowerBound + (block - blocks.lowerBound) * RowBlock.rowsMax, rows.upperBound)
        }

        /// The rows of a block of the part.
        @inline(__always)
        func rows(of block: Int) -> Range<Int> {
            begin(of: block)..<begin(of: block + 1)
        }
    }

    /// Gives the part in which a row stands.
    func part(of row: Int) -> Part { part(RowBlocks.last(of: begins, notAfter: row)) }

    /// Makes `part` the one in which a row stands, which it mostly is already.
    @inline(__always)
    func seek(_ row: Int, in part: inout Part) {
        if !part.rows.contains(row) { part = self.part(of: row) }
    }

    /// Gives the part of a block.
    func part(ofBlock block: Int) -> Part { part(RowBlocks.last(of: numbers, notAfter: block)) }

    private func part(_ index: Int) -> Part {
        Part(rows: begins[index]..<begins[index + 1], blocks: numbers[index]..<numbers[index + 1])
    }

    /// The place of the last of ascending numbers that is not greater, the very last one aside.
    private static func last(of numbers: [Int], notAfter number: Int) -> Int {
        var (low, high) = (0, numbers.count - 1)
        while low + 1 < high {
            let middle = (low + high) / 2
            if numbers[middle] <= number { low = middle } else { high = middle }
        }
        return low
    }
}
