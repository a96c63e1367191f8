import Testing

@testable import OroSimulator

@Suite("The recorded shop")
struct TranscriptReplayTests {
    @Test("every transcript gets the same status, headers, body and values")
    func replay() async throws {
        let transcripts = try Transcript.all()
        let finals = transcripts.filter { $0.final != nil }
        #expect(transcripts.count > 250)
        try await ShopClient.with(.likeTranscripts) { simulator, first in
            simulator.revokeTokens()
            let deadToken = first.token ?? ""
            var client = first
            client.token = try await client.freshToken(.likeTranscripts)
            var mask = TranscriptMask()
            var actual: [String: String] = [:]
            for transcript in transcripts where transcript.request != nil {
                if TranscriptStage.exceptions[transcript.name] != nil { continue }
                await TranscriptStage.prepare(transcript.name, simulator)
                for recorded in TranscriptStage.unrecordedOperations[transcript.name] ?? [] {
                    let started = try await client.api(
                        "PATCH",
                        "inventorylevels",
                        TranscriptStage.unrecordedBatch
                    )
                    let ours = started.json?.object?["data"]?.object?["id"]?.text ?? ""
                    actual[recorded] = ours
                    mask.operations[ours] = recorded
                }
                var sender = client
                if TranscriptStage.hasDeadToken(transcript.name) { sender.token = deadToken }
                let reply = try await send(transcript, sender, actual)
                if transcript.status == 202, let ours = reply.json?.object?["data"]?.object?["id"]?.text {
                    let recorded = recordedId(transcript)
                    actual[recorded] = ours
                    mask.operations[ours] = recorded
                }
                compare(transcript, reply, mask)
                if transcript.status == 202 {
                    await simulator.queueIsIdle()
                    let final = finals.first { $0.name == transcript.name + "-poll" }
                    if let final { try await compareFinal(final, of: transcript, client, actual, mask) }
                }
            }
        }
    }

    @Test("the list of exceptions names only transcripts that exist")
    func exceptionsExist() throws {
        let names = Set(try Transcript.all().map(\.name))
        let excepted = TranscriptStage.exceptions.merging(TranscriptStage.bodyExceptions) { one, _ in one }
        #expect(excepted.keys.filter { !names.contains($0) } == [])
    }

    private func send(
        _ transcript: Transcript,
        _ client: ShopClient,
        _ operations: [String: String]
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

    private func compare(_ transcript: Transcript, _ reply: ShopClient.Reply, _ mask: TranscriptMask) {
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
        _ client: ShopClient,
        _ operations: [String: String],
        _ mask: TranscriptMask
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
