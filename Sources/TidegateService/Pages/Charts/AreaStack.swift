/// Areas one on the other over time: how much there was of each kind.
struct AreaStack: Hashable, Sendable {
    let id: String
    let title: String
    let says: String
    /// The lowest area first; each point has as many values as there are kinds.
    let kinds: [String]
    /// From 0, the left edge, to 1; rising.
    let points: [Point]
    let from: String
    let until: String
    let table: Chart.Table

    struct Point: Hashable, Sendable {
        let place: Double
        let values: [Int]
    }

    private static let areaHeight = 56
    private static let height = 74

    var chart: Chart {
        let highest = points.map { $0.values.reduce(0, +) }.max() ?? 0
        let most = max(highest, 1)
        let peak = highest == 0 ? "nothing" : "at most \(highest.shown)"
        let svg = SVGText.drawing(id: id, title: title, says: says, height: AreaStack.height) { svg in
            var areas = SVGText()
            for kind in kinds.indices {
                let path = outline(of: kind, most)
                areas.element("path", [("d", path), ("class", "part \(kinds[kind])")])
            }
            svg.stretch(height: AreaStack.areaHeight, areas)
            let base = "\(AreaStack.areaHeight)"
            svg.element("line", [("x1", "0"), ("x2", "100%"), ("y1", base), ("y2", base), ("class", "axis")])
            let line = ("y", "\(AreaStack.height - 3)")
            svg.element("text", [("x", "0"), line, ("class", "small")], from)
            svg.element("text", [("x", "50%"), line, ("class", "small middle")], peak)
            svg.element("text", [("x", "100%"), line, ("class", "small end")], until)
        }
        return Chart(svg: svg, table: table)
    }

    /// Along the upper edge of an area, and back along the lower one; in thousandths.
    private func outline(of kind: Int, _ most: Int) -> String {
        func corner(_ point: Point, through last: Int) -> String {
            let sum = point.values.prefix(last).reduce(0, +)
            let x = Int((min(max(point.place, 0), 1) * 1_000).rounded())
            return "\(x) \(1_000 - sum * 1_000 / most)"
        }
        let upper = points.map { corner($0, through: kind + 1) }
        let lower = points.reversed().map { corner($0, through: kind) }
        return upper.isEmpty ? "" : "M" + (upper + lower).joined(separator: "L") + "Z"
    }
}

extension SVGText {
    /// Puts a drawing of a thousand by a thousand over the whole width.
    mutating func stretch(y: Int = 0, height: Int, _ inner: SVGText) {
        append(
            "<svg y=\"\(y)\" width=\"100%\" height=\"\(height)\" "
                + "viewBox=\"0 0 1000 1000\" preserveAspectRatio=\"none\">"
                + "\(inner.text)</svg>"
        )
    }
}
