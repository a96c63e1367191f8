import HTTPTypes
import Hummingbird
import InventoryCore
import NIOCore

/// Makes answers of JSON.
enum Answer {
    static func json(
        _ bytes: [UInt8],
        status: HTTPResponse.Status = .ok,
        headers: HTTPFields = [:]
    ) -> Response {
        var all = headers
        all[.contentType] = "application/json"
        all[.cacheControl] = "no-store"
        all[.xContentTypeOptions] = "nosniff"
        return Response(
            status: status,
            headers: all,
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes))
        )
    }

    /// One object, which the body writes between its braces.
    static func object(
        status: HTTPResponse.Status = .ok,
        headers: HTTPFields = [:],
        _ body: (inout JSONLine) -> Void
    ) -> Response {
        var line = JSONLine()
        line.object { body(&$0) }
        return json(line.bytes, status: status, headers: headers)
    }

    /// One object that a view writes as a line.
    static func line(status: HTTPResponse.Status = .ok, _ body: (inout JSONLine) -> Void) -> Response {
        json(JSONPieces.line(body), status: status)
    }

    static func text(
        _ bytes: [UInt8],
        type: String,
        status: HTTPResponse.Status = .ok
    ) -> Response {
        Response(
            status: status,
            headers: [
                .contentType: type, .cacheControl: "no-store", .xContentTypeOptions: "nosniff",
            ],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes))
        )
    }

    static let empty = Response(status: .noContent)
}

/// JSON put together from what the views have written.
enum JSONPieces {
    /// What a view writes as a line, without the line's end.
    static func line(_ body: (inout JSONLine) -> Void) -> [UInt8] {
        var line = JSONLine()
        body(&line)
        var bytes = line.bytes
        if bytes.last == UInt8(ascii: "\n") { bytes.removeLast() }
        return bytes
    }

    static func array(_ items: [[UInt8]]) -> [UInt8] {
        [UInt8(ascii: "[")] + items.joined(separator: [UInt8(ascii: ",")]) + [UInt8(ascii: "]")]
    }

    static func object(_ members: [(name: String, value: [UInt8])]) -> [UInt8] {
        let texts = members.map { string($0.name) + [UInt8(ascii: ":")] + $0.value }
        return [UInt8(ascii: "{")] + texts.joined(separator: [UInt8(ascii: ",")]) + [UInt8(ascii: "}")]
    }

    /// An object with further members behind its own.
    static func object(_ object: [UInt8], and members: [(name: String, value: [UInt8])]) -> [UInt8] {
        let more = JSONPieces.object(members)
        guard object.count > 2 else { return more }
        return object.dropLast() + [UInt8(ascii: ",")] + more.dropFirst()
    }

    static func string(_ text: String?) -> [UInt8] {
        guard let text else { return Array("null".utf8) }
        var bytes: [UInt8] = [UInt8(ascii: "\"")]
        bytes.appendJSONText(text)
        return bytes + [UInt8(ascii: "\"")]
    }

    static func number(_ number: Int) -> [UInt8] { Array("\(number)".utf8) }
}
