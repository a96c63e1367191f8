/// What the shop answers, before it becomes an HTTP response.
struct Answer: Sendable {
    enum Media: Sendable {
        case api
        case json
        case jsonUtf8
        case html
        case htmlUtf8
        case htmlLowerUtf8
        case other(String)
        case none
    }

    var status: Int
    var media: Media = .api
    /// Fields beyond the content type and those that every answer carries.
    var fields: [(name: String, value: String)] = []
    var body: [UInt8] = []
    /// Entities listed, for the cost model.
    var rows = 0

    /// JSON:API errors; the plain media type has a bare list without statuses.
    static func errors(_ errors: [ApiError], plain: Bool = false) -> Answer {
        var text = JsonText()
        text.raw(plain ? "[" : "{\"errors\":[")
        for (index, error) in errors.enumerated() {
            if index > 0 { text.raw(",") }
            if plain { text.plainError(error) } else { text.error(error) }
        }
        text.raw(plain ? "]" : "]}")
        return Answer(status: status(of: errors), media: plain ? .json : .api, body: text.bytes)
    }

    static func error(_ error: ApiError, plain: Bool = false) -> Answer {
        errors([error], plain: plain)
    }

    /// An empty answer that names the methods of the resource.
    static func methods(_ allow: String, status: Int) -> Answer {
        Answer(status: status, fields: [("Allow", allow)])
    }

    /// Several errors with unlike statuses collapse to 400, or to 409 when one is a conflict.
    private static func status(of errors: [ApiError]) -> Int {
        let statuses = Set(errors.map(\.status))
        if statuses.count == 1, let status = statuses.first { return status }
        return statuses.contains(409) ? 409 : 400
    }
}

extension JsonText {
    fileprivate mutating func plainError(_ error: ApiError) {
        raw("{\"title\":")
        string(error.title)
        if let detail = error.detail {
            raw(",\"detail\":")
            string(detail)
        }
        switch error.source {
        case .pointer(let pointer):
            raw(",\"source\":")
            string(pointer.split(separator: "/").last.map(String.init) ?? pointer)
        case .parameter(let parameter):
            raw(",\"source\":")
            string(parameter)
        case nil: break
        }
        raw("}")
    }
}
