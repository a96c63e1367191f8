/// A request as the shop sees it, without the HTTP library around it.
struct ShopRequest: Sendable {
    let method: String
    /// Without the query.
    let path: String
    let queryText: String
    let host: String
    let authorization: String?
    let contentType: String?
    let accept: String?
    /// Parts of `X-Include`, such as `totalCount` and `noHateoas`.
    let include: [String]
    /// `X-Mode`.
    let mode: String?
    var body: [UInt8] = []
    /// The client whose token was looked at before and found good.
    var admitted: Int?

    /// The longest request line that nginx reads with its default buffers.
    static let targetBytesMax = 8192

    /// Start of links into the API, escaped for JSON.
    var escapedBase: String { "http:\\/\\/" + host + "\\/admin\\/api\\/" }

    /// Start of links into the API, for headers.
    var base: String { "http://" + host + "/admin/api/" }
}

/// Which representation the client speaks.
enum Negotiation: Sendable {
    case api
    case plain
    case refused(Answer)

    /// Follows the shop: a JSON:API type with parameters is
    /// refused, JSON gets the plain form, none is JSON:API.
    init(_ request: ShopRequest) {
        // What clients mostly send; taking it apart would be a sixth of what an answer costs.
        if request.accept == Self.jsonAPI, (request.contentType ?? Self.jsonAPI) == Self.jsonAPI {
            self = .api
            return
        }
        // A write is answered in the form it was sent in.
        if request.method != "GET", request.contentType == Self.jsonAPI {
            self = .api
            return
        }
        let accepted = (request.accept ?? "").split(separator: ",").map { Self.trim($0) }
        let names = accepted.map { $0.prefix { $0 != ";" } }.map { Self.trim($0) }
        let content = request.contentType ?? ""
        if content.hasPrefix(Self.jsonAPI), content.contains(";") {
            self = .refused(
                Self.refusal(415, "unsupported media type http exception", Self.contentTypeDetail)
            )
            return
        }
        if accepted.isEmpty || names.contains(Self.jsonAPI) {
            let types = accepted.filter { $0.hasPrefix(Self.jsonAPI) }
            if !types.isEmpty, types.allSatisfy({ $0.contains(";") }) {
                self = .refused(Self.refusal(406, "not acceptable http exception", Self.acceptDetail))
            } else {
                self = .api
            }
        } else if !Self.plainNames.isDisjoint(with: names) {
            self = .plain
        } else {
            self = .refused(
                Self.refusal(
                    406,
                    "not acceptable http exception",
                    "Only JSON representation of the requested resource is supported."
                )
            )
        }
    }

    private static let jsonAPI = "application/vnd.api+json"
    private static let plainNames: Set<String> = ["application/json", "application/*", "*/*"]
    private static let contentTypeDetail =
        "The \"Content-Type\" request header should contain JSON:API media type without any parameters."
    private static let acceptDetail =
        "The \"Accept\" request header should contain at least one JSON:API media type"
        + " without any parameters."

    private static func refusal(_ status: Int, _ title: String, _ detail: String) -> Answer {
        .error(ApiError(status: status, title: title, detail: detail), plain: true)
    }

    private static func trim(_ text: some StringProtocol) -> String {
        String(text.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
}
