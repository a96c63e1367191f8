import Foundation

/// The surface as SVG: one map of cells for each number of consumers, the engine's way drawn over it.
struct SurfaceDrawing {
    let surface: Surface

    private static let cell = (width: 62.0, height: 44.0)
    private static let left = 70.0
    private static let top = 86.0
    private static let gap = 86.0

    var svg: String {
        let columns = Double(Surface.records.count)
        let rows = Double(Surface.operations.count)
        let panel = rows * SurfaceDrawing.cell.height + SurfaceDrawing.gap
        let width = SurfaceDrawing.left + columns * SurfaceDrawing.cell.width + 40
        let height = SurfaceDrawing.top + Double(Surface.consumers.count) * panel
        var text = """
            <svg xmlns="http://www.w3.org/2000/svg" width="\(Int(width))" height="\(Int(height))" \
            font-family="sans-serif" font-size="12">
            <rect width="100%" height="100%" fill="white"/>
            <text x="20" y="28" font-size="17">Records a second over batch size and operations in \
            flight</text>
            <text x="20" y="48" fill="#555">A shop ten times as fast as the measured one; each cell is a run \
            with that setting fixed,</text>
            <text x="20" y="64" fill="#555">the line is where the engine goes by itself: from the ring to \
            the full dot.</text>

            """
        for (index, consumers) in Surface.consumers.enumerated() {
            text += drawPanel(consumers, top: SurfaceDrawing.top + Double(index) * panel + 24)
        }
        return text + "</svg>\n"
    }

    private func drawPanel(_ consumers: Int, top: Double) -> String {
        let cells = surface.cells.filter { $0.consumers == consumers }
        let best = cells.map(\.rate).max() ?? 1
        var text = label(20, top - 8, "\(consumers) consumer\(consumers == 1 ? "" : "s")", size: 14)
        for cell in cells {
            guard let column = Surface.records.firstIndex(of: cell.records),
                let row = Surface.operations.firstIndex(of: cell.operations)
            else { continue }
            let x = SurfaceDrawing.left + Double(column) * SurfaceDrawing.cell.width
            let y = top + Double(row) * SurfaceDrawing.cell.height
            text += """
                <rect x="\(x)" y="\(y)" width="\(SurfaceDrawing.cell.width - 2)" \
                height="\(SurfaceDrawing.cell.height - 2)" fill="\(colour(cell.rate / best))"/>

                """
            text += label(x + 8, y + 16, cell.rate.rounded(to: 0), fill: "#222")
        }
        for (row, operations) in Surface.operations.enumerated() {
            let y = top + (Double(row) + 0.6) * SurfaceDrawing.cell.height
            text += label(20, y, "\(operations) open", fill: "#555")
        }
        let bottom = top + Double(Surface.operations.count) * SurfaceDrawing.cell.height
        for (column, records) in Surface.records.enumerated() {
            let x = SurfaceDrawing.left + Double(column) * SurfaceDrawing.cell.width + 8
            text += label(x, bottom + 16, String(records), fill: "#555")
        }
        text += label(SurfaceDrawing.left + 8, bottom + 34, "records in a batch", fill: "#555")
        guard let path = surface.paths.first(where: { $0.consumers == consumers }) else { return text }
        text += label(
            SurfaceDrawing.left + 200,
            bottom + 34,
            "the engine: \(path.rate.rounded(to: 0))/s, \((path.rate / best).percent) of the best cell",
            fill: "#a02020"
        )
        return text + draw(path, top: top)
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
        let line = points.map { "\($0.x.rounded(to: 1)),\($0.y.rounded(to: 1))" }.joined(separator: " ")
        return """
            <polyline points="\(line)" fill="none" stroke="#a02020" stroke-width="2" stroke-opacity="0.8"/>
            <circle cx="\(first.x)" cy="\(first.y)" r="5" fill="white" stroke="#a02020" stroke-width="2"/>
            <circle cx="\(last.x)" cy="\(last.y)" r="5" fill="#a02020"/>

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
