import Testing

@testable import OroSimulator

/// Sends recorded requests and compares what comes back with what was recorded.
struct TranscriptReplay {
    /// What operations finally looked like.
    let finals: [Transcript]
    private var mask = TranscriptMask()
    /// The simulator's operations by the recorded ones.
    private var operations: [String: String] = [:]

    init(finals: [Transcript]) {
        self.finals = finals
    }

    /// Remembers an operation that answers for a recorded one.
    mutating func started(_ json: JsonValue?, as recorded: String) {
        let ours = json?.object?["data"]?.object?["id"]?.text ?? ""
        operations[recorded] = ours
        mask.operations[ours] = recorded
    }

    /// Sends one request and compares its answer, and its operation's end.
    mutating func play(
        _ transcript: Transcript,
        _ client: ShopClient,
        _ simulator: RunningSimulator
    ) async throws {
        let reply = try await send(transcript, client)
        if transcript.status == 202 { started(reply.json, as: recordedId(transcript)) }
        compare(transcript, reply)
        guard transcript.status == 202 else { return }
        await simulator.queueIsIdle()
        let final = finals.first { $0.name == transcript.name + "-poll" }
        if let final { try await compareFinal(final, of: transcript, client) }
    }

    private func send(
        _ transcript: Transcript,
        _ client: ShopClient
    ) async throws -> ShopClient.Reply {
        var headers = transcript.headers
        if headers["Authorization"] == "Bearer ACCESS-TOKEN" {
            headers["Authorization"] = "Bearer " + (client.token ?? "")
        }
        var path = transcript.path
        for (recorded, ours) in operations {
            for end in ["", "/errors"]
            where withoutQuery(path).hasSuffix("/asyncoperations/\(recorded)\(end)") {
                let query = path.dropFirst(withoutQuery(path).count)
                path = "/admin/api/asyncoperations/\(ours)\(end)" + query
                let body = TranscriptStage.body(of: transcript).map { Array($0.utf8) }
                return try await client.send(transcript.method, path, headers: headers, body: body)
            }
        }
        let body = TranscriptStage.body(of: transcript).map { Array($0.utf8) }
        return try await client.send(transcript.method, path, headers: headers, body: body)
    }

    private func withoutQuery(_ path: String) -> String {
        String(path.prefix { $0 != "?" })
    }

    private func recordedId(_ transcript: Transcript) -> String {
        transcript.response["json"]?.object?["data"]?.object?["id"]?.text ?? ""
    }

    private func compare(_ transcript: Transcript, _ reply: ShopClient.Reply) {
        let name = transcript.name
        #expect(reply.status == transcript.status, "\(name)")
        for (field, value) in transcript.expectedHeaders where field != "content-length" {
            #expect(mask.mask(reply.headers[field] ?? "none") == mask.mask(value), "\(name): \(field)")
        }
        if TranscriptStage.bodyExceptions[name] != nil { return }
        if let expected = transcript.response["json"] {
            let ours = reply.json.map { mask.mask($0) }
            let theirs = TranscriptMask().mask(expected)
            #expect(ours == theirs, "\(name): \(difference(ours ?? .null, theirs))")
        } else if transcript.response["text"] == nil, transcript.method != "HEAD" {
            #expect(reply.body.isEmpty, "\(name)")
        } else if let text = transcript.response["text"]?.text, text.hasPrefix("{") {
            let recorded = text.prefix { $0 != "…" }.replacing("\\/", with: "/")
            #expect(reply.text.replacing("\\/", with: "/").hasPrefix(recorded), "\(name)")
        }
    }

    private func compareFinal(
        _ final: Transcript,
        of transcript: Transcript,
        _ client: ShopClient
    ) async throws {
        let id = operations[recordedId(transcript)] ?? ""
        let ours = try await client.api("GET", "asyncoperations/\(id)").json.map { mask.mask($0) }
        let theirs = TranscriptMask().mask(final.final ?? .null)
        #expect(ours == theirs, "\(final.name): \(difference(ours ?? .null, theirs))")
    }

    /// The first place where two values differ.
    private func difference(_ ours: JsonValue, _ theirs: JsonValue, at place: String = "") -> String {
        switch (ours, theirs) {
        case (.object(let left), .object(let right)):
            let names = Set(left.members.map(\.name)).union(right.members.map(\.name)).sorted()
            for name in names where left[name] != right[name] {
                guard let one = left[name], let other = right[name] else {
                    return "\(place)/\(name) is \(left[name] == nil ? "missing" : "too much")"
                }
                return difference(one, other, at: place + "/" + name)
            }
            return "order"
        case (.list(let left), .list(let right)):
            for (index, pair) in zip(left, right).enumerated() where pair.0 != pair.1 {
                return difference(pair.0, pair.1, at: place + "/\(index)")
            }
            return "\(place) has \(left.count) for \(right.count)"
        default: return "\(place) is \(ours) for \(theirs)"
        }
    }
}
