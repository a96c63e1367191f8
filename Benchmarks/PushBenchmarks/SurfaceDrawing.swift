import Foundation

/// The surface as SVG: one map of cells for each number of consumers, with the engine's path over it.
struct SurfaceDrawing {
    let surface: Surface

    private static let cell = (width: 62.0, height: 44.0)
    private static let left = 104.0
    private static let top = 122.0
    private static let gap = 84.0
    private static let pathColour = "#a02020"

    var svg: String {
        let columns = Double(Surface.records.count)
        let rows = Double(Surface.operations.count)
        let panel = rows * SurfaceDrawing.cell.height + SurfaceDrawing.gap
        let width = SurfaceDrawing.left + columns * SurfaceDrawing.cell.width + 40
        let height = SurfaceDrawing.top + Double(Surface.consumers.count) * panel + 8
        var text = """
            <svg xmlns="http://www.w3.org/2000/svg" width="\(Int(width))" height="\(Int(height))" \
            font-family="sans-serif" font-size="12">
            <rect width="100%" height="100%" fill="white"/>
            <text x="20" y="28" font-size="17">Records a second over batch size and operations in \
            flight</text>
            <text x="20" y="48" fill="#555">A shop ten times as fast as the measured one. Each cell is a run \
            with that setting fixed;</text>
            <text x="20" y="64" fill="#555">its number is records a second, the framed one is the best.</text>

            """
        text += legend(y: 84)
        for (index, consumers) in Surface.consumers.enumerated() {
            text += drawPanel(consumers, top: SurfaceDrawing.top + Double(index) * panel + 24)
        }
        return text + "</svg>\n"
    }

    private func drawPanel(_ consumers: Int, top: Double) -> String {
        let cells = surface.cells.filter { $0.consumers == consumers }
        let best = cells.map(\.rate).max() ?? 1
        var text = label(20, top - 8, title(consumers, best: best), size: 14)
        // Drawn above the engine's path, which can cross them.
        var numbers = ""
        for cell in cells {
            guard let column = Surface.records.firstIndex(of: cell.records),
                let row = Surface.operations.firstIndex(of: cell.operations)
            else { continue }
            let x = SurfaceDrawing.left + Double(column) * SurfaceDrawing.cell.width
            let y = top + Double(row) * SurfaceDrawing.cell.height
            text += """
                <rect x="\(x)" y="\(y)" width="\(SurfaceDrawing.cell.width - 2)" \
                height="\(SurfaceDrawing.cell.height - 2)" fill="\(colour(cell.rate / best))"\
                \(cell.rate == best ? " stroke=\"#222\" stroke-width=\"2\"" : "")/>

                """
            numbers += label(x + 8, y + 16, cell.rate.rounded(to: 0), fill: "#222")
        }
        for (row, operations) in Surface.operations.enumerated() {
            let y = top + (Double(row) + 0.6) * SurfaceDrawing.cell.height
            text += label(20, y, "\(operations) in flight", fill: "#555")
        }
        let bottom = top + Double(Surface.operations.count) * SurfaceDrawing.cell.height
        for (column, records) in Surface.records.enumerated() {
            let x = SurfaceDrawing.left + Double(column) * SurfaceDrawing.cell.width + 8
            text += label(x, bottom + 16, String(records), fill: "#555")
        }
        text += label(SurfaceDrawing.left + 8, bottom + 34, "records in a batch", fill: "#555")
        guard let path = surface.paths.first(where: { $0.consumers == consumers }) else {
            return text + numbers
        }
        return text + draw(path, top: top) + numbers
    }

    private func title(_ consumers: Int, best: Double) -> String {
        let name = "\(consumers) consumer\(consumers == 1 ? "" : "s")"
        guard let path = surface.paths.first(where: { $0.consumers == consumers }) else { return name }
        return "\(name): the engine \(path.rate.rounded(to: 0)) records/s, "
            + "\((path.rate / best).percent) of the best cell"
    }

    /// What the line and the colours mean.
    private func legend(y: Double) -> String {
        let (x, colour) = (20.0, SurfaceDrawing.pathColour)
        var text = """
            <polyline points="\(x + 5),\(y) \(x + 55),\(y)" stroke="\(colour)" stroke-width="2"/>
            <circle cx="\(x + 5)" cy="\(y)" r="5" fill="white" stroke="\(colour)" stroke-width="2"/>
            <circle cx="\(x + 55)" cy="\(y)" r="5" fill="\(colour)"/>

            """
        text += label(x + 68, y + 4, "where the engine goes by itself, from first to last", fill: "#555")
        for (index, share) in [0.25, 0.5, 0.75, 1].enumerated() {
            let left = 396 + Double(index) * 56
            text += """
                <rect x="\(left)" y="\(y - 8)" width="14" height="14" fill="\(self.colour(share))"/>

                """
            text += label(left + 17, y + 4, "\(Int(share * 100)) %", fill: "#555")
        }
        return text
    }

    private func draw(_ path: Surface.Path, top: Double) -> String {
        let points = path.points.filter { $0.operations > 0 }.map { point in
            (
                x: SurfaceDrawing.left
                    + (position(Double(point.records), on: Surface.records) + 0.5)
                        * SurfaceDrawing.cell.width,
                y: top
                    + (position(Double(point.operations), on: Surface.operations) + 0.72)
                    * SurfaceDrawing.cell.height
            )
        }
        guard let first = points.first, let last = points.last else { return "" }
        let colour = SurfaceDrawing.pathColour
        let line = points.map { "\($0.x.rounded(to: 1)),\($0.y.rounded(to: 1))" }.joined(separator: " ")
        return """
            <polyline points="\(line)" fill="none" stroke="white" stroke-width="5" stroke-opacity="0.7"/>
            <polyline points="\(line)" fill="none" stroke="\(colour)" stroke-width="2" stroke-opacity="0.8"/>
            <circle cx="\(first.x)" cy="\(first.y)" r="5" fill="white" stroke="\(colour)" stroke-width="2"/>
            <circle cx="\(last.x)" cy="\(last.y)" r="5" fill="\(colour)"/>

            """
    }

    /// Where a value lies between the steps of an axis, which grow by factors.
    private func position(_ value: Double, on axis: [Int]) -> Double {
        for index in 1..<axis.count {
            let (low, high) = (Double(axis[index - 1]), Double(axis[index]))
            if value <= high { return Double(index - 1) + max(0, log(value / low) / log(high / low)) }
        }
        return Double(axis.count - 1)
    }

    private func colour(_ share: Double) -> String {
        // From pale to a full green; the square makes the differences near the best visible.
        let strength = share * share
        let red = Int(250 - 160 * strength)
        let green = Int(250 - 60 * strength)
        let blue = Int(245 - 150 * strength)
        return "rgb(\(red),\(green),\(blue))"
    }

    private func label(
        _ x: Double,
        _ y: Double,
        _ text: String,
        size: Int = 12,
        fill: String = "black"
    ) -> String {
        "<text x=\"\(x)\" y=\"\(y)\" font-size=\"\(size)\" fill=\"\(fill)\">\(text)</text>\n"
    }
}
