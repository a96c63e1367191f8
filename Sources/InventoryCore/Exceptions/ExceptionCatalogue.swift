/// The catalogue of exceptions as a table of the documentation.
package enum ExceptionCatalogue {
    /// The table in Markdown, the gravest first.
    package static var table: String {
        var lines = [
            "| code | severity | owner | meaning | first step | it closes by itself when | trying again |",
            "| --- | --- | --- | --- | --- | --- | --- |",
        ]
        for code in InventoryException.Code.bySeverity {
            let entry = code.entry
            let cells = [
                "`\(code.rawValue)`", entry.severity.rawValue, "`\(entry.owner.rawValue)`", entry.meaning,
                entry.firstStep, entry.ending, entry.retry?.words ?? "–",
            ]
            lines.append("| \(cells.joined(separator: " | ")) |")
        }
        return lines.joined(separator: "\n") + "\n"
    }
}

extension ExceptionRetry {
    fileprivate var words: String {
        switch self {
        case .writes: "sends what was refused"
        case .figures: "works the SKUs out anew"
        case .source: "reads the source again"
        }
    }
}
