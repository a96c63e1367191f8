/// What a body is said to be (RFC 9110, 8.3.1).
struct MediaType: Hashable {
    enum Form {
        /// One object, or an array.
        case json
        /// The same, and no mapping applies.
        case own
        /// An object a line.
        case lines
        case cloudEvent
        case cloudEvents
        case xml
        case form
    }

    let form: Form
    /// Whether its text is UTF-8, as far as it says.
    let isUTF8: Bool

    /// Gives nothing for types that are not taken.
    ///
    /// A body without a type counts as JSON.
    init?(_ header: String?) {
        guard let header else {
            form = .json
            isUTF8 = true
            return
        }
        guard header.utf8.count <= 200 else { return nil }
        let parts = header.lowercased().split(separator: ";", omittingEmptySubsequences: false)
        let essence = parts[0].trimmed
        var isUTF8 = true
        for parameter in parts.dropFirst() where parameter.trimmed.hasPrefix("charset=") {
            let charset = parameter.trimmed.dropFirst(8).filter { $0 != "\"" }
            isUTF8 = charset == "utf-8" || charset == "utf8" || charset == "us-ascii"
        }
        self.isUTF8 = isUTF8
        switch essence {
        case "application/vnd.tidegate.events+json": form = .own
        case "application/cloudevents+json": form = .cloudEvent
        case "application/cloudevents-batch+json": form = .cloudEvents
        case "application/x-ndjson", "application/ndjson", "application/jsonl", "application/json-lines":
            form = .lines
        case "application/json", "text/json": form = .json
        case "application/xml", "text/xml": form = .xml
        case "application/x-www-form-urlencoded": form = .form
        default:
            if essence.hasSuffix("+json"), !essence.hasPrefix("application/cloudevents") {
                form = .json
            } else if essence.hasSuffix("+xml"), !essence.hasPrefix("application/cloudevents") {
                form = .xml
            } else {
                return nil
            }
        }
    }
}

extension Substring {
    /// Without blanks at either end.
    var trimmed: Substring {
        var rest = self
        while let first = rest.first, first == " " || first == "\t" { rest.removeFirst() }
        while let last = rest.last, last == " " || last == "\t" { rest.removeLast() }
        return rest
    }
}
