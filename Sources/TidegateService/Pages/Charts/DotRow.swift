/// One sign for each run, oldest first: its shape and colour say how it ended, its size how much it changed.
struct DotRow: Hashable, Sendable {
    let id: String
    let title: String
    let says: String
    let dots: [Dot]
    let table: Chart.Table

    struct Dot: Hashable, Sendable {
        let tone: StateMark.Tone
        let changes: Int
    }

    private static let height = 44
    private static let radiusMax = 14.0
    private static let radiusMin = 2.5

    var chart: Chart {
        let most = Double(max(dots.map(\.changes).max() ?? 0, 1))
        let svg = SVGText.drawing(id: id, title: title, says: says, height: DotRow.height) { svg in
            svg.element("line", [("x1", "0"), ("x2", "100%"), ("y1", "22"), ("y2", "22"), ("class", "axis")])
            for (number, dot) in dots.enumerated() {
                let place = (Double(number) + 0.5) / Double(dots.count)
                // By area, as the eye compares.
                let share = (Double(dot.changes) / most).squareRoot()
                let radius = DotRow.radiusMin + share * min(DotRow.radiusMax, 90 / Double(max(dots.count, 1)))
                DotRow.draw(dot.tone, at: SVGText.percent(place), radius, &svg)
            }
        }
        return Chart(svg: svg, table: table)
    }

    /// Within a drawing of its own, so that its middle can lie at a per cent of the width.
    private static func draw(
        _ tone: StateMark.Tone,
        at place: String,
        _ radius: Double,
        _ svg: inout SVGText
    ) {
        let size = (radius * 10).rounded() / 10
        var inner = SVGText()
        let kind = ("class", "dot \(tone.rawValue)")
        switch tone {
        case .good, .idle: inner.element("circle", [("r", "\(size)"), kind])
        case .bad:
            let side = ("\(-size)", "\(size * 2)")
            inner.element(
                "rect",
                [("x", side.0), ("y", side.0), ("width", side.1), ("height", side.1), kind]
            )
        case .warn:
            inner.element("path", [("d", "M0 \(-size)L\(size) \(size)L\(-size) \(size)Z"), kind])
        case .busy:
            inner.element("path", [("d", "M0 \(-size)L\(size) 0L0 \(size)L\(-size) 0Z"), kind])
        }
        svg.nest(at: place, y: "22", inner)
    }
}

extension SVGText {
    /// Puts a drawing whose middle is its origin at a place.
    mutating func nest(at x: String, y: String, _ inner: SVGText) {
        append("<svg x=\"\(x)\" y=\"\(y)\" overflow=\"visible\">\(inner.text)</svg>")
    }
}
