/// Courses over the same time, one below the other, each by its own scale: a quantity holds until it changes.
struct StepRows: Hashable, Sendable {
    let id: String
    let title: String
    let says: String
    let rows: [Row]
    /// What stands below the left and the right edge.
    let from: String
    let until: String
    let table: Chart.Table

    struct Row: Hashable, Sendable {
        let label: String
        /// What it is now.
        let value: String
        let course: Course
        /// Places at which something is marked, from 0 to 1.
        var marks: [Double] = []
    }

    /// A quantity from 0, the left edge, to 1.
    struct Course: Hashable, Sendable {
        /// By their places, rising; nothing where the quantity is not known from there on.
        let points: [Point]
        /// The lowest and the highest; 0 is always among them.
        let range: ClosedRange<Double>

        struct Point: Hashable, Sendable {
            let place: Double
            let value: Double?
        }

        /// Places across that are told apart.
        static let placesMax = 400

        /// Takes points by their places; of those that would be drawn at one place the first, the last, the
        /// lowest and the highest stay.
        init(_ points: [Point]) {
            var kept: [Point] = []
            var rest = points[...]
            while let first = rest.first {
                let column = Course.column(first.place)
                let same = rest.prefix { Course.column($0.place) == column }
                rest = rest.dropFirst(same.count)
                kept += Course.thinned(Array(same))
            }
            self.points = kept
            let values = kept.compactMap(\.value)
            range = min(0, values.min() ?? 0)...max(0, values.max() ?? 0)
        }

        private static func column(_ place: Double) -> Int {
            Int(min(max(place, 0), 1) * Double(placesMax))
        }

        private static func thinned(_ points: [Point]) -> [Point] {
            guard points.count > 4 else { return points }
            func value(_ place: Int) -> Double { points[place].value ?? 0 }
            let places = points.indices
            let kept: Set<Int> = [
                0, points.count - 1, places.min { value($0) < value($1) } ?? 0,
                places.max { value($0) < value($1) } ?? 0,
            ]
            return kept.sorted().map { points[$0] }
        }
    }

    private static let rowHeight = 80
    private static let areaHeight = 44
    private static let areaTop = 24

    var chart: Chart {
        let height = max(1, rows.count) * StepRows.rowHeight + 16
        let svg = SVGText.drawing(id: id, title: title, says: says, height: height) { svg in
            for (number, row) in rows.enumerated() {
                StepRows.draw(row, at: number * StepRows.rowHeight, &svg)
            }
            let line = ("y", "\(height - 3)")
            svg.element("text", [("x", "0"), line, ("class", "small")], from)
            svg.element("text", [("x", "100%"), line, ("class", "small end")], until)
        }
        return Chart(svg: svg, table: table)
    }

    private static func draw(_ row: Row, at top: Int, _ svg: inout SVGText) {
        let text = ("y", "\(top + 14)")
        svg.element("text", [("x", "0"), text], PageText.cut(row.label, to: 40))
        svg.element("text", [("x", "100%"), text, ("class", "value")], row.value)
        let (area, base) = (top + areaTop, "\(top + areaTop + areaHeight)")
        var lines = SVGText()
        lines.element("path", [("d", row.course.area), ("class", "part course")])
        lines.element("path", [("d", row.course.line), ("class", "line")])
        svg.stretch(y: area, height: areaHeight, lines)
        svg.element("line", [("x1", "0"), ("x2", "100%"), ("y1", base), ("y2", base), ("class", "axis")])
        for mark in row.marks {
            let place = SVGText.percent(mark)
            svg.element(
                "line",
                [
                    ("x1", place), ("x2", place), ("y1", "\(area)"), ("y2", base), ("class", "mark event"),
                ]
            )
        }
    }
}

extension StepRows.Course {
    /// Along the quantity; broken where it is not known.
    fileprivate var line: String {
        var path = ""
        var isDrawn = false
        for point in points {
            guard let value = point.value else {
                if isDrawn { path += "H\(across(point))" }
                isDrawn = false
                continue
            }
            path += isDrawn ? "H\(across(point))V\(down(value))" : "M\(across(point)) \(down(value))"
            isDrawn = true
        }
        return isDrawn ? path + "H1000" : path
    }

    /// Between the quantity and 0.
    fileprivate var area: String {
        var path = ""
        var isDrawn = false
        for point in points {
            if let value = point.value {
                path += isDrawn ? "H\(across(point))" : "M\(across(point)) \(down(0))"
                path += "V\(down(value))"
            } else if isDrawn {
                path += "H\(across(point))V\(down(0))Z"
            }
            isDrawn = point.value != nil
        }
        return isDrawn ? path + "H1000V\(down(0))Z" : path
    }

    private func across(_ point: Point) -> Int { Int((min(max(point.place, 0), 1) * 1_000).rounded()) }

    private func down(_ value: Double) -> Int {
        let height = max(range.upperBound - range.lowerBound, .leastNonzeroMagnitude)
        return 1_000 - Int(((value - range.lowerBound) / height * 1_000).rounded())
    }
}
