package import InventoryCore

/// A request that brings stock events, collected.
package struct EventRequest: Sendable {
    package var method: String
    /// As the header has it, with its parameters.
    package var contentType: String?
    /// Names in lower case, values in the order of their lines.
    package var headers: [String: [String]]
    /// Decoded; of a name that comes twice the first value.
    package var query: [String: String]
    package var body: [UInt8]

    package init(
        method: String = "POST",
        contentType: String? = nil,
        headers: [String: [String]] = [:],
        query: [String: String] = [:],
        body: [UInt8] = []
    ) {
        self.method = method
        self.contentType = contentType
        self.headers = headers
        self.query = query
        self.body = body
    }

    /// The value of a header that comes once; nothing where it is missing or comes several times.
    package func header(_ name: String) -> String? {
        guard let values = headers[name], values.count == 1 else { return nil }
        return values[0]
    }
}

/// What a body says, item by item.
package struct EventBody: Sendable {
    /// In the order of the body; an item about several SKUs gives several events of one index.
    package var events: [(index: Int, event: StockEvent)] = []
    /// What it says of web orders, in the order of the body.
    package var orders: [(index: Int, said: OrderStatement)] = []
    package var rejected: [EventRejection] = []
    /// Items that are no stock, by the mapping's conditions or the source's `ignore`.
    package var ignored = 0
    /// Members that nobody knows; counted only where answers are lenient, and errors where they are strict.
    package var unknownMembers = 0
    /// Items in the body, whatever became of them.
    package var count = 0

    package init() {}
}

/// How much of an untrusted body is taken (spec, service, 7).
package enum BodyLimits {
    /// 413 beyond it: more belongs into a snapshot.
    package static let bytesMax = 8 << 20
    /// 413 beyond it.
    package static let itemsMax = 10_000
    /// Arrays and objects in one another, the outermost counted.
    package static let depthMax = 32
    /// An id, a key, a document's number: in bytes of UTF-8.
    package static let textBytesMax = 255
    /// SKUs of one hint.
    package static let skusMax = 1000
    /// Values of a body of a foreign form, which is held as a tree.
    package static let valuesMax = 200_000
    /// Of bodies in many lines, blank ones included.
    package static let linesMax = 100_000
}
