import HTTPTypes
import Hummingbird
import InventoryCore

/// One row of the table of routes.
struct Route: Sendable {
    let method: HTTPRequest.Method
    /// Such as `/v1/shops/{shop}/runs`.
    let pattern: String
    /// What the caller must be allowed; nothing where everybody may.
    let scope: AccessScope?
    /// The keys that its query may have; nothing where the sender chooses the address, and others mean
    /// nothing.
    let query: Set<String>?
    /// Whether the path carries the token.
    let isHook: Bool
    /// Whether its source stands in the query, or is that of the token.
    let asksSource: Bool
    /// Of a page: the shops of which `?shop=` chooses one, else it is the first; nothing of all others.
    let pageShops: [ShopID]?
    let answer: @Sendable (Call) async throws -> Response

    let parts: [Part]

    enum Part: Hashable {
        case fixed(String)
        case named(String)
    }

    init(
        _ method: HTTPRequest.Method,
        _ pattern: String,
        _ scope: AccessScope?,
        query: Set<String>? = [],
        isHook: Bool = false,
        asksSource: Bool = false,
        pageShops: [ShopID]? = nil,
        answer: @escaping @Sendable (Call) async throws -> Response
    ) {
        self.method = method
        self.pattern = pattern
        self.scope = scope
        self.query = query
        self.isHook = isHook
        self.asksSource = asksSource
        self.pageShops = pageShops
        self.answer = answer
        parts = pattern.split(separator: "/").map { part in
            part.hasPrefix("{") ? .named(String(part.dropFirst().dropLast())) : .fixed(String(part))
        }
    }

    /// The shop that a page is about; nothing where it is about none.
    func pageShop(_ query: [String: String], for caller: Caller) -> ShopID? {
        guard let pageShops else { return nil }
        return query["shop"].map { ShopID($0) } ?? pageShops.first { caller.mayReach($0) }
            ?? pageShops.first
    }

    /// The named parts of a path; nothing where it is another path.
    func values(of path: [String]) -> [String: String]? {
        guard path.count == parts.count else { return nil }
        var values: [String: String] = [:]
        for (part, text) in zip(parts, path) {
            switch part {
            case .fixed(let fixed): guard fixed == text else { return nil }
            case .named(let name): values[name] = text
            }
        }
        return values
    }
}

/// All routes, and what a path and a method lead to.
struct RouteTable: Sendable {
    let all: [Route]
    private let byLength: [Int: [Route]]

    init(_ routes: [Route]) {
        all = routes
        byLength = Dictionary(grouping: routes, by: \.parts.count)
    }

    enum Found {
        case route(Route, values: [String: String])
        /// The path is there, for other methods.
        case methods([HTTPRequest.Method], pattern: String)
        case nothing
    }

    /// Finds what answers; HEAD is answered as GET is.
    func find(_ method: HTTPRequest.Method, _ path: [String]) -> Found {
        var others: [HTTPRequest.Method] = []
        var pattern = ""
        for route in byLength[path.count, default: []] {
            guard let values = route.values(of: path) else { continue }
            if route.method == method || (method == .head && route.method == .get) {
                return .route(route, values: values)
            }
            others.append(route.method)
            pattern = route.pattern
        }
        return others.isEmpty ? .nothing : .methods(others, pattern: pattern)
    }
}

/// The address of a request, taken apart.
struct Address: Hashable {
    let path: [String]
    let query: [String: String]

    static let bytesMax = 4_096
    static let parametersMax = 32

    /// Splits before it decodes, so that an escaped slash stays part of a name.
    ///
    /// - Throws: `bad_address`.
    init(_ text: String) throws(Fault) {
        guard text.utf8.count <= Address.bytesMax, text.hasPrefix("/") else { throw Address.bad }
        let halves = text.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        var path: [String] = []
        for part in halves[0].dropFirst().split(separator: "/", omittingEmptySubsequences: false) {
            let name = try Address.decoded(part)
            // Names of files and folders are made of some of these.
            guard name != ".", name != "..", !name.utf8.contains(0) else { throw Address.bad }
            path.append(name)
        }
        self.path = path == [""] ? [] : path
        var query: [String: String] = [:]
        for part in (halves.count > 1 ? halves[1] : "").split(separator: "&") {
            let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = try Address.decoded(Substring(pair[0].replacing("+", with: " ")))
            let value =
                pair.count > 1 ? try Address.decoded(Substring(pair[1].replacing("+", with: " "))) : ""
            guard query[name] == nil, query.count < Address.parametersMax else {
                throw .badParameter(String(name.prefix(60)), "The query states it twice, or too much.")
            }
            query[name] = value
        }
        self.query = query
    }

    private static let bad = Fault(
        .usage,
        code: "bad_address",
        message: "The path or the query is not well formed.",
        hint: "Escape what is not a letter, a digit or one of -._~ as %XX of UTF-8."
    )

    /// The text with its `%XX` taken back.
    ///
    /// - Throws: `bad_address`.
    static func decoded(_ text: Substring) throws(Fault) -> String {
        guard text.utf8.contains(UInt8(ascii: "%")) else { return String(text) }
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            let digits = String(decoding: rest.prefix(2), as: UTF8.self)
            guard rest.count >= 2, let value = [UInt8](hexadecimal: digits)?.first else { throw bad }
            bytes.append(value)
            rest = rest.dropFirst(2)
        }
        guard let decoded = String(validating: bytes, as: UTF8.self) else { throw bad }
        return decoded
    }
}
