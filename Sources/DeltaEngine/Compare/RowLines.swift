/// The lines on which rows stand: mostly each on the one after the row before, so only the others are kept.
struct RowLines {
    private var runs: [(row: Int, line: Int)] = []
    private var count = 0
    private var next = -1

    @inline(__always)
    mutating func append(_ line: Int) {
        if line != next { runs.append((count, line)) }
        next = line + 1
        count += 1
    }

    /// Gives the line of a row that was appended.
    func line(of row: Int) -> Int {
        var low = 0
        var high = runs.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if runs[middle].row <= row { low = middle } else { high = middle }
        }
        return runs.isEmpty ? row : runs[low].line + row - runs[low].row
    }
}
