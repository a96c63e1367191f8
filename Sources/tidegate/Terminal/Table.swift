import InventoryCore

/// Text in columns, aligned for reading.
struct Table {
    enum Alignment {
        case left
        case right
    }

    private let alignments: [Alignment]
    private var rows: [[String]] = []

    init(_ header: [String], _ alignments: [Alignment]) {
        self.alignments = alignments
        rows.append(header)
    }

    /// Adds a row; what could steer the terminal is written out, so that the columns stay aligned.
    mutating func add(_ row: [String]) {
        rows.append(row.map(\.visible))
    }

    /// The lines, each indented by two spaces, with a rule below the header.
    var lines: [String] {
        let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        var lines = rows.map { row in
            let cells = row.enumerated().map { column, cell in
                let blanks = String(repeating: " ", count: widths[column] - cell.count)
                return alignments[column] == .left ? cell + blanks : blanks + cell
            }
            return trimmed("  " + cells.joined(separator: "  "))
        }
        lines.insert("  " + widths.map { String(repeating: "─", count: $0) }.joined(separator: "  "), at: 1)
        return lines
    }

    private func trimmed(_ line: String) -> String {
        var line = line
        while line.hasSuffix(" ") { line.removeLast() }
        return line
    }
}
