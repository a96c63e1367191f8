import Foundation

@testable import OroSimulator

/// A recorded request with its answer, or the final state of a recorded operation.
struct Transcript: Sendable {
    let name: String
    /// Time of day of the recording; replays follow it.
    let at: String
    /// The shop's version; the first recordings, all of 5.1.8, name none.
    let version: String?
    /// The role of the client that sent it.
    let client: String?
    let request: JsonObject?
    let response: JsonObject
    /// What an operation finally looked like.
    let final: JsonValue?

    var method: String { request?["method"]?.text ?? "" }
    var path: String { request?["path"]?.text ?? "" }
    var body: String? { request?["body"]?.text }
    var status: Int { Int(response["status"]?.number ?? 0) }

    var headers: [String: String] {
        (request?["headers"]?.object?.members ?? []).reduce(into: [:]) { $0[$1.name] = $1.value.text }
    }

    var expectedHeaders: [String: String] {
        (response["headers"]?.object?.members ?? []).reduce(into: [:]) {
            $0[$1.name.lowercased()] = $1.value.text
        }
    }

    /// All transcripts beside this file, in the order they were recorded.
    static func all() throws -> [Transcript] {
        let folder = Bundle.module.url(forResource: "Transcripts", withExtension: nil)
        guard let folder else { return [] }
        let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        var transcripts: [Transcript] = []
        for file in files {
            let bytes = Array(try Data(contentsOf: file))
            for line in bytes.split(separator: 0x0a) {
                guard let object = try JsonReader.document(Array(line)).object else { continue }
                transcripts.append(Transcript(object))
            }
        }
        return transcripts.sorted { ($0.at, $0.number, $0.name) < ($1.at, $1.number, $1.name) }
    }

    private init(_ object: JsonObject) {
        name = object["name"]?.text ?? ""
        at = object["at"]?.text ?? ""
        version = object["version"]?.text
        client = object["client"]?.text
        request = object["request"]?.object
        response = object["response"]?.object ?? JsonObject()
        final = object["final"]
    }

    var number: Int { Int(name.prefix { $0.isNumber }) ?? 0 }
}

/// Removes from a body what the server makes up: hosts, times, tokens, durations, operation numbers.
struct TranscriptMask {
    /// Recorded operation ids by the simulator's.
    var operations: [String: String] = [:]

    func mask(_ value: JsonValue) -> JsonValue {
        switch value {
        case .list(let list): .list(list.map { mask($0) })
        case .object(let object): .object(mask(object))
        case .text(let text): .text(mask(text))
        case .number(let text): .number(Double(text).map { String($0) } ?? text)
        default: value
        }
    }

    private func mask(_ object: JsonObject) -> JsonObject {
        var masked = JsonObject()
        let type = object["type"]?.text
        for member in object.members {
            var value = mask(member.value)
            switch (member.name, type) {
            case ("access_token", _): value = .text("TOKEN")
            case ("uuid", _): value = .text("UUID")
            case ("checksum", _): value = .text("CHECKSUM")
            case ("included", _): value = .list(Self.sorted(value.list ?? []))
            case ("aggregateTime", _): value = .text("MILLISECONDS")
            case ("id", "asyncoperations"): value = .text(recorded(member.value.text ?? ""))
            case ("id", "asyncoperationerrors"):
                let parts = (member.value.text ?? "").split(separator: "-", maxSplits: 1)
                value = .text(recorded(String(parts.first ?? "")) + "-" + (parts.last ?? ""))
            default: break
            }
            masked.members.append(.init(name: member.name, value: value))
        }
        masked.members.sort { $0.name < $1.name }
        return masked
    }

    /// Links without their host, times without their value.
    func mask(_ text: String) -> String {
        if Timestamp.parse(text) != nil, text.count == 20 { return "TIME" }
        guard text.hasPrefix("http://") || text.hasPrefix("https://") else { return text }
        let rest = text.drop { $0 != ":" }.dropFirst(3).drop { $0 != "/" }
        let parts = rest.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard let place = parts.firstIndex(of: "asyncoperations"), place + 1 < parts.count else {
            return String(rest)
        }
        var renamed = parts
        renamed[place + 1] = recorded(parts[place + 1])
        return renamed.joined(separator: "/")
    }

    /// Related entities have no order of their own.
    private static func sorted(_ entities: [JsonValue]) -> [JsonValue] {
        entities.sorted { left, right in
            let keys = [left, right].map { value in
                (value.object?["type"]?.text ?? "", value.object?["id"]?.text ?? "")
            }
            return keys[0] < keys[1]
        }
    }

    private func recorded(_ id: String) -> String {
        operations[id] ?? id
    }
}
