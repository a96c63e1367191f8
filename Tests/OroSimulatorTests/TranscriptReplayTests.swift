import Testing

@testable import OroSimulator

@Suite("The recorded shop")
struct TranscriptReplayTests {
    @Test("every transcript gets the same status, headers, body and values")
    func replay() async throws {
        let transcripts = try Transcript.all().filter { $0.version == nil }
        let finals = transcripts.filter { $0.final != nil }
        #expect(transcripts.count > 400)
        try await ShopClient.with(.likeTranscripts) { simulator, first in
            simulator.revokeTokens()
            let deadToken = first.token ?? ""
            var client = first
            client.token = try await client.freshToken(.likeTranscripts)
            var replay = TranscriptReplay(finals: finals)
            for transcript in transcripts where transcript.request != nil {
                if TranscriptStage.exceptions[transcript.name] != nil { continue }
                await TranscriptStage.prepare(transcript, simulator)
                for recorded in TranscriptStage.unrecordedOperations[transcript.name] ?? [] {
                    let started = try await client.api(
                        "PATCH",
                        "inventorylevels",
                        TranscriptStage.unrecordedBatch
                    )
                    replay.started(started.json, as: recorded)
                }
                var sender = client
                if TranscriptStage.hasDeadToken(transcript.name) { sender.token = deadToken }
                try await replay.play(transcript, sender, simulator)
            }
        }
    }

    @Test("the list of exceptions names only transcripts that exist")
    func exceptionsExist() throws {
        let names = Set(try Transcript.all().map(\.name))
        let excepted = TranscriptStage.exceptions.merging(TranscriptStage.bodyExceptions) { one, _ in one }
        #expect(excepted.keys.filter { !names.contains($0) } == [])
    }
}
