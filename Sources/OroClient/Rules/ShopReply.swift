import InventoryCore

/// One HTTP answer, whole.
struct ShopReply: Hashable, Sendable {
    var status: Int
    /// The media type without parameters, in lower case; empty where none is stated.
    var mediaType: String = ""
    var location: String?
    var contentLocation: String?
    var allow: String?
    var retryAfter: String?
    /// The `Date` header: the shop's clock, against which a date in `Retry-After` is measured.
    var date: String?
    /// How many resources there are in all, where it was asked for.
    var totalCount: Int?
    var body: [UInt8] = []

    static let jsonAPI = "application/vnd.api+json"

    var isJSONAPI: Bool { mediaType == ShopReply.jsonAPI }
    var isHTML: Bool { mediaType == "text/html" }
}

/// What a request came to.
enum Exchange: Sendable {
    case reply(ShopReply)
    /// Nothing was done: no token, no connection, or a second 401.
    case trouble(ShopTrouble)
    /// It was sent, and no whole answer came.
    case unsettled(String)
}
