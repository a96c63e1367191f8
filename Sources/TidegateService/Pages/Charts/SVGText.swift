/// Writes SVG: places across are per cent of the width, so that a drawing fits any screen and its letters
/// stay as large as those around it.
struct SVGText {
    private(set) var text = ""

    /// An element without content.
    mutating func element(_ name: String, _ attributes: [(String, String)]) {
        text += "<\(name)\(SVGText.written(attributes))/>"
    }

    /// An element with a text in it.
    mutating func element(_ name: String, _ attributes: [(String, String)], _ content: String) {
        text += "<\(name)\(SVGText.written(attributes))>\(PageText.escaped(content))</\(name)>"
    }

    /// What was written by this type already.
    mutating func append(_ written: String) {
        text += written
    }

    /// A drawing that stands alone, with what it is called and what it says.
    static func drawing(
        id: String,
        title: String,
        says: String,
        height: Int,
        _ body: (inout SVGText) -> Void
    ) -> String {
        var svg = SVGText()
        svg.element("title", [("id", "\(id)-title")], title)
        svg.element("desc", [("id", "\(id)-desc")], says)
        body(&svg)
        let names = SVGText.written([
            ("class", "chart"), ("role", "img"), ("width", "100%"), ("height", "\(height)"),
            ("aria-labelledby", "\(id)-title \(id)-desc"),
        ])
        return "<svg\(names)>\(svg.text)</svg>"
    }

    /// A share of the width, with one decimal.
    static func percent(_ share: Double) -> String {
        let tenths = Int((min(max(share, 0), 1) * 1_000).rounded())
        return tenths.isMultiple(of: 10) ? "\(tenths / 10)%" : "\(tenths / 10).\(tenths % 10)%"
    }

    private static func written(_ attributes: [(String, String)]) -> String {
        attributes.map { " \($0.0)=\"\(PageText.escaped($0.1))\"" }.joined()
    }
}

/// A chart with its twin in text: a drawing, and a table that says the same.
struct Chart: Hashable, Sendable {
    let svg: String
    let table: Table

    struct Table: Hashable, Sendable {
        let caption: String
        let heads: [String]
        let rows: [[String]]

        init(_ caption: String, _ heads: [String], _ rows: [[String]]) {
            (self.caption, self.heads, self.rows) = (caption, heads, rows)
        }

        var html: String {
            let head = heads.map { "<th scope=\"col\">\(PageText.escaped($0))</th>" }.joined()
            let body = rows.map { row in
                "<tr>"
                    + row.enumerated().map { place, cell in
                        let text = PageText.escaped(cell)
                        return place == 0 ? "<th scope=\"row\">\(text)</th>" : "<td>\(text)</td>"
                    }.joined() + "</tr>"
            }
            return "<table><caption>\(PageText.escaped(caption))</caption><thead><tr>\(head)</tr></thead>"
                + "<tbody>\(body.joined())</tbody></table>"
        }
    }

    /// Both, the table folded away.
    var html: String {
        "<figure>\(svg)<details class=\"twin\"><summary>As a table</summary>\(table.html)</details></figure>"
    }
}
