import Foundation
import HTTPTypes
import Hummingbird
import InventoryCore
import Logging
import NIOCore
import TidegatePipeline

/// One request on its way to its route.
struct Call: Sendable {
    let request: Request
    /// The pattern of the path; unlike the path itself it tells no secret.
    let route: String
    /// The parts of the path that the pattern names.
    let values: [String: String]
    let query: [String: String]
    let caller: Caller
    /// By which it came in.
    let door: Door
    let id: String
    let logger: Logger
    let now: Timestamp

    /// Bodies of the routes that people use.
    static let bodyBytesMax = 64 << 10
    static let reasonBytesMax = 1_000

    var headers: HTTPFields { request.headers }

    func value(_ name: String) -> String { values[name, default: ""] }

    var source: SourceID { SourceID(value("source")) }

    /// An instant among the query's parameters; nothing where it is not named.
    ///
    /// - Throws: `bad_parameter`.
    func instant(_ name: String) throws(Fault) -> Timestamp? {
        guard let text = query[name] else { return nil }
        guard let instant = Timestamp(rfc3339: text) else {
            throw .badParameter(name, "`\(name)` is a time with an offset, such as 2026-11-01T00:00:00Z.")
        }
        return instant
    }

    // MARK: body

    /// Reads the whole body.
    ///
    /// - Throws: `body_too_large`, `body_cut`.
    func bytes(max bytesMax: Int) async throws -> [UInt8] {
        if let length = headers[.contentLength].flatMap({ Int($0) }), length > bytesMax {
            throw Fault.tooLarge(bytesMax)
        }
        do {
            return Array(buffer: try await request.body.collect(upTo: bytesMax))
        } catch is NIOTooManyBytesError {
            throw Fault.tooLarge(bytesMax)
        } catch let error as CancellationError {
            throw error
        } catch {
            throw Call.cut
        }
    }

    static let cut = Fault(
        .usage,
        code: "body_cut",
        message: "The body has ended before its end.",
        hint: "Send it again."
    )

    /// The media type without its parameters, in lower case.
    var mediaType: String? {
        headers[.contentType]?.split(separator: ";").first?
            .trimmingCharacters(in: .whitespaces).lowercased()
    }

    /// Reads a JSON object of these fields; no body is an empty object.
    ///
    /// - Throws: `bad_body`, `media_type_refused`, `body_too_large`.
    func fields(_ known: Set<String>) async throws -> Fields {
        let bytes = try await bytes(max: Call.bodyBytesMax)
        guard !bytes.isEmpty else { return Fields([:]) }
        try requireMediaType(["application/json"])
        let fields: [String: Fields.Value]
        do {
            fields = try JSONDecoder().decode([String: Fields.Value].self, from: Data(bytes))
        } catch {
            throw Fault.badBody("The body is no JSON object of texts, numbers and truth values.")
        }
        if let unknown = fields.keys.filter({ !known.contains($0) }).min() {
            throw Fault.badBody("The field is not known here.", place: String(unknown.prefix(60)))
        }
        return Fields(fields)
    }

    func requireMediaType(_ types: [String]) throws(Fault) {
        guard mediaType.map({ types.contains($0) }) ?? false else {
            throw Fault(
                .usage,
                code: "media_type_refused",
                place: "Content-Type",
                message: "The media type \(mediaType?.prefix(60) ?? "is missing, it") is not taken here.",
                hint: "Send \(types.joined(separator: " or "))."
            )
        }
    }

    /// The name of who decides: as stated, else the caller's.
    func who(_ fields: Fields) throws(Fault) -> String {
        String((try fields.text("who") ?? caller.id).prefix(200))
    }
}

/// The fields of a small JSON object.
struct Fields: Sendable {
    private let values: [String: Value]

    init(_ values: [String: Value]) {
        self.values = values
    }

    enum Value: Decodable, Sendable {
        case text(String)
        case number(Double)
        case flag(Bool)
        case nothing

        init(from decoder: any Decoder) throws {
            let value = try decoder.singleValueContainer()
            if value.decodeNil() {
                self = .nothing
            } else if let flag = try? value.decode(Bool.self) {
                self = .flag(flag)
            } else if let number = try? value.decode(Double.self) {
                self = .number(number)
            } else {
                self = .text(try value.decode(String.self))
            }
        }
    }

    /// - Throws: `bad_body` where it is no text.
    func text(_ name: String) throws(Fault) -> String? {
        switch values[name] {
        case nil, .nothing: return nil
        case .text(let text): return text
        default: throw .badBody("A text is expected.", place: name)
        }
    }

    /// - Throws: `bad_body` where it is no truth value.
    func flag(_ name: String) throws(Fault) -> Bool {
        switch values[name] {
        case nil, .nothing: return false
        case .flag(let flag): return flag
        default: throw .badBody("True or false is expected.", place: name)
        }
    }

    /// - Throws: `bad_body` where it is no whole number in the range.
    func integer(_ name: String, in range: ClosedRange<Int>) throws(Fault) -> Int? {
        switch values[name] {
        case nil, .nothing: return nil
        case .number(let number):
            guard let whole = Int(exactly: number), range.contains(whole) else { break }
            return whole
        default: break
        }
        throw .badBody(
            "A whole number from \(range.lowerBound) to \(range.upperBound) is expected.",
            place: name
        )
    }

    /// Why something is done.
    ///
    /// - Throws: `bad_body` where it is missing.
    func reason() throws(Fault) -> String {
        guard let reason = try text("reason"), reason.contains(where: { !$0.isWhitespace }) else {
            throw .badBody("`reason` says why; it is missing.", place: "reason")
        }
        return String(reason.prefix(Call.reasonBytesMax))
    }
}
