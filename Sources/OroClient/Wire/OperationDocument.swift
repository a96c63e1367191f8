/// An asynchronous operation as the shop shows it.
struct OperationDocument: Hashable, Sendable {
    var id: String?
    /// `new`, `running`, `success`, `failed` or `cancelled`.
    var status = ""
    var progress: Double?
    var readCount: Int?
    var writeCount: Int?
    var errorCount: Int?

    init(_ body: [UInt8]) throws(JSONError) {
        var json = JSONReader(body)
        var read = OperationDocument()
        try json.object { (key, json) throws(JSONError) in
            guard key == "data" else { return try json.skip() }
            try json.object { (key, json) throws(JSONError) in
                switch key {
                case "id": read.id = try json.text()
                case "attributes": try read.readAttributes(&json)
                default: try json.skip()
                }
            }
        }
        try json.end()
        self = read
    }

    private init() {}

    private mutating func readAttributes(_ json: inout JSONReader) throws(JSONError) {
        var read = self
        try json.object { (key, json) throws(JSONError) in
            switch key {
            case "status": read.status = try json.text() ?? ""
            case "progress":
                read.progress = try json.number().flatMap { $0.isFinite ? min(max(0, $0), 1) : nil }
            case "summary":
                try json.object { (key, json) throws(JSONError) in
                    switch key {
                    case "readCount": read.readCount = try json.count()
                    case "writeCount": read.writeCount = try json.count()
                    case "errorCount": read.errorCount = try json.count()
                    default: try json.skip()
                    }
                }
            default: try json.skip()
            }
        }
        self = read
    }
}
