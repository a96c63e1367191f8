/// Upright bars side by side, each over its label: how many there are of each kind.
struct Columns: Hashable, Sendable {
    let id: String
    let title: String
    let says: String
    let columns: [Column]
    let table: Chart.Table

    struct Column: Hashable, Sendable {
        let label: String
        let count: Int
        /// The class that has its colour.
        let kind: String
    }

    private static let barsHeight = 90
    private static let height = 130

    var chart: Chart {
        let most = max(columns.map(\.count).max() ?? 0, 1)
        let svg = SVGText.drawing(id: id, title: title, says: says, height: Columns.height) { svg in
            for (number, column) in columns.enumerated() {
                draw(column, number, most, &svg)
            }
            let base = "\(Columns.barsHeight + 20)"
            svg.element("line", [("x1", "0"), ("x2", "100%"), ("y1", base), ("y2", base), ("class", "axis")])
        }
        return Chart(svg: svg, table: table)
    }

    private func draw(_ column: Column, _ number: Int, _ most: Int, _ svg: inout SVGText) {
        let width = 1 / Double(columns.count)
        let middle = SVGText.percent((Double(number) + 0.5) * width)
        // What is there is seen, however few.
        let bar = column.count == 0 ? 0 : max(2, column.count * Columns.barsHeight / most)
        let top = Columns.barsHeight + 20 - bar
        svg.element(
            "rect",
            [
                ("x", SVGText.percent((Double(number) + 0.12) * width)), ("y", "\(top)"),
                ("width", SVGText.percent(width * 0.76)), ("height", "\(bar)"),
                ("class", "part \(column.kind)"),
            ]
        )
        if column.count > 0 {
            svg.element(
                "text",
                [("x", middle), ("y", "\(top - 4)"), ("class", "middle")],
                column.count.shown
            )
        }
        let label = [("x", middle), ("y", "\(Columns.height - 4)"), ("class", "middle small")]
        svg.element("text", label, column.label)
    }
}
