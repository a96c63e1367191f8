/// Bars one below the other, each under its own line of text.
struct BarRows: Hashable, Sendable {
    let id: String
    let title: String
    /// What the chart says, in a sentence.
    let says: String
    let rows: [Row]
    let table: Chart.Table

    struct Row: Hashable, Sendable {
        let label: String
        let value: String
        let parts: [Part]
        var marks: [Mark] = []
    }

    /// A part of a bar, by its places on the row.
    struct Part: Hashable, Sendable {
        let from: Double
        let to: Double
        /// The class that has its colour.
        let kind: String
    }

    /// A line across the bar, such as a limit.
    struct Mark: Hashable, Sendable {
        let at: Double
        let kind: String
    }

    private static let rowHeight = 38
    private static let labelsMax = 44

    /// Draws it; `limit` is the value at the right edge, and nothing takes the largest there is.
    func chart(limit: Double? = nil) -> Chart {
        let ends = rows.flatMap { $0.parts.map(\.to) + $0.marks.map(\.at) }
        let scale = max(limit ?? ends.max() ?? 0, .leastNonzeroMagnitude)
        let svg = SVGText.drawing(
            id: id,
            title: title,
            says: says,
            height: max(1, rows.count) * BarRows.rowHeight
        ) { svg in
            for (number, row) in rows.enumerated() {
                BarRows.draw(row, at: number * BarRows.rowHeight, scale, &svg)
            }
        }
        return Chart(svg: svg, table: table)
    }

    private static func draw(_ row: Row, at top: Int, _ scale: Double, _ svg: inout SVGText) {
        let line = "\(top + 14)"
        svg.element("text", [("x", "0"), ("y", line)], PageText.cut(row.label, to: labelsMax))
        svg.element("text", [("x", "100%"), ("y", line), ("class", "value")], row.value)
        let bar = [("y", "\(top + 20)"), ("height", "12")]
        svg.element("rect", [("x", "0"), ("width", "100%"), ("class", "track")] + bar)
        for part in row.parts where part.to > part.from {
            let (from, width) = (part.from / scale, (part.to - part.from) / scale)
            svg.element(
                "rect",
                [
                    ("x", SVGText.percent(from)), ("width", SVGText.percent(width)),
                    ("class", "part \(part.kind)"),
                ] + bar
            )
        }
        for mark in row.marks {
            let place = SVGText.percent(mark.at / scale)
            svg.element(
                "line",
                [
                    ("x1", place), ("x2", place), ("y1", "\(top + 17)"), ("y2", "\(top + 35)"),
                    ("class", "mark \(mark.kind)"),
                ]
            )
        }
    }
}
