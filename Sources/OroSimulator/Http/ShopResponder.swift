import HTTPTypes
import Hummingbird
import NIOCore

/// Turns HTTP requests into the shop's own and its answers into responses.
struct ShopResponder: HTTPResponder {
    let shop: Shop

    func respond(to request: Request, context: ShopContext) async throws -> Response {
        var asked = Self.read(request)
        if let length = request.headers[.contentLength].flatMap({ Int($0) }), length > Shop.bodyBytesMax {
            return Self.response(Pages.webServer(413, "Request Entity Too Large"), closes: true)
        }
        if request.headers[.contentLength] != nil || request.headers[.transferEncoding] != nil {
            let body = try await request.body.collect(upTo: Shop.bodyBytesMax)
            asked.body = Array(body.readableBytesView)
        }
        if asked.path.hasPrefix(SimulatorEndpoint.prefix) {
            return await SimulatorEndpoint(shop: shop).respond(to: asked)
        }
        let fault = shop.withDice { dice in
            dice.isEmpty ? nil : dice.strike(method: asked.method, path: asked.path, body: asked.body)
        }
        guard let fault else { return Self.response(try await shop.serve(asked), closes: false) }
        switch fault {
        case .cutBeforeEffect: return try await cut(context)
        case .cutAfterEffect:
            _ = try await shop.serve(asked)
            return try await cut(context)
        case .lateEffect(let milliseconds, let page):
            await shop.keepBack(asked, milliseconds: milliseconds)
            guard let page else { return try await cut(context) }
            return Self.response(page.answer(nowSeconds: shop.nowSeconds), closes: false)
        default: return Self.response(try await shop.serve(asked, struckBy: fault), closes: false)
        }
    }

    /// Closes the connection; the response goes nowhere.
    private func cut(_ context: ShopContext) async throws -> Response {
        try await context.channel.close()
        return Response(status: .badGateway)
    }

    private static func read(_ request: Request) -> ShopRequest {
        let target = request.head.path ?? "/"
        let mark = target.utf8.firstIndex(of: UInt8(ascii: "?")) ?? target.endIndex
        let query = mark < target.endIndex ? String(target[target.index(after: mark)...]) : ""
        let content = request.headers[.contentType]
        let include = request.headers[Names.include] ?? ""
        return ShopRequest(
            method: request.method.rawValue,
            path: String(target[..<mark]),
            queryText: query,
            host: request.head.authority ?? "127.0.0.1",
            authorization: request.headers[.authorization],
            contentType: content == "" ? nil : content,
            accept: request.headers[.accept],
            include: include.isEmpty ? [] : include.split(separator: ";").map { $0.filter { $0 != " " } },
            mode: request.headers[Names.mode]
        )
    }

    static func response(_ answer: Answer, closes: Bool) -> Response {
        var headers = Names.common
        switch answer.media {
        case .api: headers[.contentType] = "application/vnd.api+json"
        case .json: headers[.contentType] = "application/json"
        case .jsonUtf8: headers[.contentType] = "application/json; charset=UTF-8"
        case .html: headers[.contentType] = "text/html"
        case .htmlUtf8: headers[.contentType] = "text/html; charset=UTF-8"
        case .htmlLowerUtf8: headers[.contentType] = "text/html; charset=utf-8"
        case .other(let mediaType): headers[.contentType] = mediaType
        case .none: break
        }
        for field in answer.fields {
            if let name = HTTPField.Name(field.name) {
                headers.append(HTTPField(name: name, value: field.value))
            }
        }
        if closes { headers[.connection] = "close" }
        let status = HTTPResponse.Status(code: answer.status)
        let body =
            answer.body.isEmpty ? ResponseBody() : ResponseBody(byteBuffer: ByteBuffer(bytes: answer.body))
        return Response(status: status, headers: headers, body: body)
    }
}

/// The connection a request came over, so that faults can cut it.
struct ShopContext: InitializableFromSource {
    let channel: any Channel

    init(source: ApplicationRequestContextSource) {
        channel = source.channel
    }
}

/// Header names that the HTTP library does not know, and the fields that every answer carries.
enum Names {
    static let include = name("X-Include")
    static let mode = name("X-Mode")

    static let common: HTTPFields = {
        var fields = HTTPFields()
        fields[.server] = "nginx/1.22.1"
        fields[.cacheControl] = "must-revalidate, no-cache, no-store, private"
        fields[.xContentTypeOptions] = "nosniff"
        return fields
    }()

    private static func name(_ text: String) -> HTTPField.Name {
        guard let name = HTTPField.Name(text) else { preconditionFailure("\(text) is no header name") }
        return name
    }
}
