import InventoryCore

/// One error object of a JSON:API answer or of an operation's list of errors.
///
/// `status`, `title` and `pointer` decide; `detail` is translated and changes between versions, so it is only
/// shown.
struct ShopFault: Hashable, Sendable {
    var status: Int?
    var title: String?
    var detail: String?
    /// `/data/3/attributes/quantity`; nothing where the fault is not about one place.
    var pointer: String?
    /// The part of a query that is refused, as in `filter[updatedAt]`.
    var parameter: String?

    /// The record in a batch that the pointer names.
    var record: Int? {
        guard let pointer, pointer.hasPrefix("/data/") else { return nil }
        let number = pointer.dropFirst(6).prefix { $0 != "/" }
        guard let index = Int(number), index >= 0 else { return nil }
        return index
    }

    var isAboutQuantity: Bool { pointer?.hasSuffix("/attributes/quantity") ?? false }

    /// Title and detail for a person, shortened to a length that fits a table.
    var summary: String {
        let text = [title, detail].compactMap { $0 }.filter { !$0.isEmpty }.joined(separator: ": ")
        guard !text.isEmpty else { return "HTTP \(status ?? 0) without explanation" }
        return Text.bounded(text, to: ShopFault.summaryMax)
    }

    static let summaryMax = 300

    /// Reads one error object; the reader stands at it.
    static func read(_ json: inout JSONReader) throws(JSONError) -> ShopFault {
        var fault = ShopFault()
        try json.object { (key, json) throws(JSONError) in
            switch key {
            case "status": fault.status = try json.integer()
            case "title": fault.title = try json.text()
            case "detail": fault.detail = try json.text()
            case "source":
                try json.object { (key, json) throws(JSONError) in
                    switch key {
                    case "pointer": fault.pointer = try json.text()
                    case "parameter": fault.parameter = try json.text()
                    default: try json.skip()
                    }
                }
            default: try json.skip()
            }
        }
        return fault
    }
}

/// The errors of an answer that refuses.
struct ErrorDocument: Hashable, Sendable {
    var faults: [ShopFault] = []

    /// Reads `{"errors":[…]}`, or gives an empty list for a body that is none.
    init(_ body: [UInt8]) {
        var json = JSONReader(body)
        do {
            var found: [ShopFault] = []
            try json.object { (key, json) throws(JSONError) in
                guard key == "errors" else { return try json.skip() }
                try json.array { (json) throws(JSONError) in found.append(try ShopFault.read(&json)) }
            }
            faults = found
        } catch {
            // The status says enough: a body cut short or in another language adds nothing that decides.
            faults = []
        }
    }
}

/// One page of an operation's errors.
struct OperationErrorsDocument: Hashable, Sendable {
    var faults: [ShopFault] = []

    init(_ body: [UInt8]) throws(JSONError) {
        var json = JSONReader(body)
        var found: [ShopFault] = []
        var hasData = false
        try json.object { (key, json) throws(JSONError) in
            guard key == "data" else { return try json.skip() }
            hasData = true
            try json.array { (json) throws(JSONError) in
                var fault = ShopFault()
                try json.object { (key, json) throws(JSONError) in
                    if key == "attributes" { fault = try ShopFault.read(&json) } else { try json.skip() }
                }
                found.append(fault)
            }
        }
        try json.end()
        guard hasData else { throw JSONError(offset: 0) }
        faults = found
    }
}

/// Texts of others, made fit to be shown.
enum Text {
    /// The text's beginning with control characters escaped; a single character can be megabytes long, so
    /// scalars are counted.
    static func bounded(_ text: String, to scalarsMax: Int) -> String {
        let start = String(String.UnicodeScalarView(text.unicodeScalars.prefix(scalarsMax)))
        return start.utf8.count < text.utf8.count ? start.visible + "…" : start.visible
    }
}
