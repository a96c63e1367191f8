import AsyncHTTPClient
import NIOCore
import NIOHTTP1

@testable import OroSimulator

/// Sends requests to a simulator as they are, without following redirects.
struct ShopClient: Sendable {
    struct Reply: Sendable {
        let status: Int
        let headers: [String: String]
        let body: [UInt8]

        var json: JsonValue? { try? JsonReader.document(body) }
        var text: String { String(decoding: body, as: UTF8.self) }
    }

    static let bodyBytesMax = 64 * 1024 * 1024

    let url: String
    let http: HTTPClient
    var token: String?

    /// Runs `body` with a simulator and a client that has a token for it.
    static func with<Result: Sendable>(
        _ options: SimulatorOptions,
        _ body: (RunningSimulator, ShopClient) async throws -> Result
    ) async throws -> Result {
        try await OroSimulator.withRunning(options) { simulator in
            var configuration = HTTPClient.Configuration()
            configuration.redirectConfiguration = .disallow
            let http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
            do {
                var client = ShopClient(url: simulator.url, http: http)
                client.token = try await client.freshToken(options)
                let result = try await body(simulator, client)
                try await http.shutdown()
                return result
            } catch {
                try await http.shutdown()
                throw error
            }
        }
    }

    func freshToken(_ options: SimulatorOptions) async throws -> String? {
        let form =
            "grant_type=client_credentials&client_id=\(options.clientID)"
            + "&client_secret=\(options.clientSecret)"
        let reply = try await send(
            "POST",
            "/oauth2-token",
            headers: ["Content-Type": "application/x-www-form-urlencoded"],
            body: Array(form.utf8)
        )
        return reply.json?.object?["access_token"]?.text
    }

    /// A JSON:API request with the client's token.
    func api(_ method: String, _ path: String, _ body: String? = nil) async throws -> Reply {
        var headers = ["Accept": "application/vnd.api+json"]
        if body != nil { headers["Content-Type"] = "application/vnd.api+json" }
        return try await api(method, path, headers, body)
    }

    func api(
        _ method: String,
        _ path: String,
        _ headers: [String: String],
        _ body: String? = nil
    ) async throws -> Reply {
        var headers = headers
        if let token { headers["Authorization"] = "Bearer " + token }
        return try await send(
            method,
            "/admin/api/" + path,
            headers: headers,
            body: body.map { Array($0.utf8) }
        )
    }

    func send(
        _ method: String,
        _ path: String,
        headers: [String: String],
        body: [UInt8]?
    ) async throws -> Reply {
        var request = HTTPClientRequest(url: url + Self.escaped(path))
        request.method = HTTPMethod(rawValue: method)
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        if let body { request.body = .bytes(ByteBuffer(bytes: body)) }
        let response = try await http.execute(request, timeout: .seconds(60))
        let received = try await response.body.collect(upTo: Self.bodyBytesMax)
        var fields: [String: String] = [:]
        for (name, value) in response.headers { fields[name.lowercased()] = value }
        return Reply(
            status: Int(response.status.code),
            headers: fields,
            body: Array(received.readableBytesView)
        )
    }

    /// The HTTP library does not take brackets in a URL as clients send them.
    private static func escaped(_ path: String) -> String {
        var escaped = ""
        for character in path {
            switch character {
            case "[": escaped += "%5B"
            case "]": escaped += "%5D"
            default: escaped.append(character)
            }
        }
        return escaped
    }
}
