import HTTPTransport
import InventoryCore
import TestSupport
import Testing

@testable import OroClient

@Suite("An asynchronous operation's state and errors")
struct OperationRulesTests {
    func outcome(read: Int?, write: Int?, errors: Int?) -> OperationRules.Outcome {
        .init(readCount: read, writeCount: write, errorCount: errors)
    }

    func answers(
        _ outcome: OperationRules.Outcome,
        _ faults: [ShopFault] = [],
        complete: Bool = true,
        count: Int = 4
    ) -> [RecordAnswer] {
        OperationRules.answers(outcome, faults: faults, allErrorsRead: complete, count: count)
    }

    func isUnknown(_ answer: RecordAnswer) -> Bool {
        guard case .unknown = answer else { return false }
        return true
    }

    @Test("new, running and unknown states are pending")
    func pending() {
        for status in ["new", "running", "cancelling"] {
            let reply = Answers.reply(200, Answers.operation("3", status))
            #expect(OperationRules.decide(.reply(reply), count: 4) == .answer(.pending(progress: 0.6667)))
        }
    }

    @Test("a final operation with errors asks for them to be read")
    func final() {
        let body = Answers.operation("3", "success", summary: Answers.summary(read: 4, write: 1, errors: 3))
        #expect(
            OperationRules.decide(.reply(Answers.reply(200, body)), count: 4)
                == .readErrors(outcome(read: 4, write: 1, errors: 3))
        )
    }

    @Test("only an operation that accounts for every record needs no errors read")
    func whole() {
        func decision(_ read: Int, _ write: Int, _ errors: Int) -> OperationRules.Decision {
            let summary = Answers.summary(read: read, write: write, errors: errors)
            let reply = Answers.reply(200, Answers.operation("3", "success", summary: summary))
            return OperationRules.decide(.reply(reply), count: 4)
        }
        #expect(decision(4, 4, 0) == .answer(.finished([.applied, .applied, .applied, .applied])))
        #expect(decision(4, 4, 1) == .readErrors(outcome(read: 4, write: 4, errors: 1)))
        #expect(decision(4, 3, 0) == .readErrors(outcome(read: 4, write: 3, errors: 0)))
        #expect(decision(3, 3, 0) == .readErrors(outcome(read: 3, write: 3, errors: 0)))
        #expect(decision(5, 5, 0) == .readErrors(outcome(read: 5, write: 5, errors: 0)))
    }

    @Test("an operation that was cleaned away is gone")
    func gone() {
        let missing = Exchange.reply(Answers.reply(404, Answers.missing))
        #expect(OperationRules.decide(missing, count: 4) == .answer(.gone))
        let off = Exchange.reply(Answers.reply(404, Answers.webAPIOff))
        #expect(OperationRules.decide(off, count: 4) == .askForCollection)
    }

    @Test("success with errors: those named are refused, the others applied")
    func partial() throws {
        let body =
            #"{"data":[{"type":"asyncoperationerrors","id":"3-1-1","attributes":{"status":400,"title":"form "#
            + #"constraint","detail":"This value is not valid.","source":{"#
            + #""pointer":"\/data\/1\/attributes\/quantity"}}},"#
            + #"{"type":"asyncoperationerrors","id":"3-1-2","attributes":{"status":"404","#
            + #""title":"not found http "#
            + #"exception","detail":"…","source":{"pointer":"\/data\/2"}}},{"#
            + #""type":"asyncoperationerrors","id":"3-1-3","#
            + #""attributes":{"status":400,"title":"extra fields constraint","detail":null,"#
            + #""source":{"pointer":"\/data\/3"}}}],"links":{"self":"https:\/\/oro.example\/admin\/api"}}"#
        guard case .page(let faults) = OperationRules.errors(.reply(Answers.reply(200, body))) else {
            Issue.record("no page")
            return
        }
        #expect(
            answers(outcome(read: 4, write: 1, errors: 3), faults) == [
                .applied,
                .refused(.invalidValue, detail: "form constraint: This value is not valid."),
                .refused(.levelGone, detail: "not found http exception: …"),
                .refused(.unexpected, detail: "extra fields constraint"),
            ]
        )
    }

    @Test("an operation that read fewer records than were sent leaves them unknown")
    func truncated() {
        #expect(answers(outcome(read: 3, write: 3, errors: 0)).allSatisfy(isUnknown))
        #expect(answers(outcome(read: 0, write: 0, errors: 0)).allSatisfy(isUnknown))
        #expect(answers(outcome(read: nil, write: nil, errors: nil)).allSatisfy(isUnknown))
        #expect(answers(outcome(read: 4, write: 3, errors: 0)).allSatisfy(isUnknown))
    }

    @Test("an error without a pointer makes all others unknown")
    func pointerless() {
        let chunk = ShopFault(status: 500, title: "error exception")
        let named = ShopFault(status: 404, title: "not found http exception", pointer: "/data/2")
        let result = answers(outcome(read: 4, write: 4, errors: 2), [chunk, named])
        #expect(result[2] == .refused(.levelGone, detail: "not found http exception"))
        #expect([0, 1, 3].allSatisfy { isUnknown(result[$0]) })
        let included = ShopFault(status: 400, title: "request data constraint", pointer: "/included/0")
        #expect(answers(outcome(read: 4, write: 4, errors: 1), [included]).allSatisfy(isUnknown))
        let beyond = ShopFault(status: 404, title: "not found http exception", pointer: "/data/4")
        #expect(answers(outcome(read: 4, write: 4, errors: 1), [beyond]).allSatisfy(isUnknown))
    }

    @Test(
        "a failed operation leaves all its records unknown, whatever it counts",
        arguments: ["failed", "cancelled"]
    )
    func failed(status: String) {
        let summary = Answers.summary(read: 4, write: 4, errors: 0)
        let reply = Answers.reply(200, Answers.operation("3", status, summary: summary))
        guard case .answer(.finished(let records)) = OperationRules.decide(.reply(reply), count: 4) else {
            Issue.record("\(status) is not final")
            return
        }
        #expect(records.count == 4 && records.allSatisfy(isUnknown))
    }

    @Test("a record that failed in the shop is unknown, not refused")
    func recordFailure() {
        let failure = ShopFault(status: 500, title: "runtime exception", pointer: "/data/1")
        let refusal = ShopFault(status: 400, title: "form constraint", pointer: "/data/1/attributes/quantity")
        let result = answers(outcome(read: 4, write: 3, errors: 2), [refusal, failure])
        #expect(isUnknown(result[1]))
        #expect(result[0] == .applied)
    }

    @Test("where not all errors could be read, records without one are unknown")
    func incomplete() {
        #expect(answers(outcome(read: 4, write: 4, errors: 0), complete: false).allSatisfy(isUnknown))
    }

    @Test("no record is applied unless counts and errors prove it", arguments: 0..<200)
    func property(seed: UInt64) {
        var random = SplitMix64(state: seed)
        let count = Int.random(in: 1...8, using: &random)
        let faults = (0..<Int.random(in: 0...3, using: &random)).map { _ in
            ShopFault(
                status: [400, 404, 500].randomElement(using: &random),
                pointer: Bool.random(using: &random) ? "/data/\(Int.random(in: 0...9, using: &random))" : nil
            )
        }
        let outcome = outcome(
            read: Int.random(in: 0...8, using: &random),
            write: Int.random(in: 0...8, using: &random),
            errors: faults.count
        )
        let complete = Bool.random(using: &random)
        let result = answers(outcome, faults, complete: complete, count: count)
        #expect(result.count == count)
        guard result.contains(.applied) else { return }
        #expect(complete && outcome.readCount == count, "seed \(seed)")
        #expect(faults.allSatisfy { ($0.record ?? Int.max) < count }, "seed \(seed)")
        for fault in faults {
            #expect(fault.record.map { result[$0] != .applied } ?? false, "seed \(seed)")
        }
    }

    @Test("numbers of the shop that cannot be are clamped or passed over")
    func impossibleNumbers() throws {
        let text =
            #"{"data":{"id":"1","attributes":{"status":"success","progress":7,"#
            + #""summary":{"readCount":-1,"writeCount":99999999999999999999,"errorCount":-5}}}}"#
        let document = try OperationDocument(Array(text.utf8))
        #expect(document.progress == 1)
        #expect(document.readCount == nil && document.writeCount == nil && document.errorCount == nil)
        let negative = try OperationDocument(Array(#"{"data":{"attributes":{"progress":-nan}}}"#.utf8))
        #expect(negative.progress == nil)
    }

    @Test("an operation's id that cannot be one is not kept")
    func impossibleIDs() {
        for id in [String(repeating: "9", count: 65), "a b", "1\u{1B}[2J"] {
            var reply = Answers.reply(202, Answers.operation(id, "new"))
            reply.contentLocation = nil
            let answer = BatchRules.answer(.reply(reply), writes: [.of("1", 1)], synchronous: false)
            guard case .unknown = answer else {
                Issue.record("\(answer)")
                continue
            }
        }
    }

    @Test("a text of the shop is shown to a length in code points, with control characters escaped")
    func boundedTexts() {
        let fault = ShopFault(status: 400, title: "x" + String(repeating: "\u{301}", count: 100_000))
        #expect(fault.summary.unicodeScalars.count <= ShopFault.summaryMax + 1)
        #expect(ShopFault(status: 400, title: "\u{1B}[2J").summary == #"\u{1b}[2J"#)
    }
}
