import HTTPTransport
import InventoryCore
import Testing

@testable import OroClient

@Suite("What an examination concludes about batches")
struct BatchExamineRulesTests {
    func after(_ change: (inout ShopReport) -> Void) -> ShopReport {
        var report = ShopReport()
        change(&report)
        return report
    }

    static let unknownMode =
        #"{"errors":[{"status":"400","title":"invalid header value exception","detail":"x"}]}"#

    @Test("a version shows by how it refuses a batch that cannot be: 405, the mode, or the empty body")
    func versions() {
        let none = after { BatchExamineRules.mode(.reply(Answers.reply(405)), into: &$0) }
        #expect(none.takesBatches == false && none.isUsable && none.findings.map(\.code) == ["no_batches"])
        let old = after { BatchExamineRules.mode(.reply(Answers.reply(400, Answers.emptyBody)), into: &$0) }
        #expect(old.knowsBatches == true && old.takesBatches == nil)
        #expect(old.takesSynchronousBatches == false && old.findings.isEmpty)
        let young = after { BatchExamineRules.mode(.reply(Answers.reply(400, Self.unknownMode)), into: &$0) }
        #expect(young.knowsBatches == true && young.takesSynchronousBatches == true)
    }

    @Test("a right that batches need is named, once, and nothing says that batches can be written")
    func denied() {
        let view = after {
            BatchExamineRules.mode(.reply(Answers.reply(403, Answers.denied)), into: &$0)
            BatchExamineRules.view(.reply(Answers.reply(403, Answers.denied)), into: &$0)
        }
        #expect(view.takesBatches == false && view.isUsable)
        #expect(view.findings.map(\.code) == ["no_operations"])
        #expect(view.findings[0].hint.contains("view on asynchronous operations"))
        let create = after { BatchExamineRules.empty(.notPermitted("x"), seconds: 0, into: &$0) }
        #expect(create.findings.map(\.severity) == [.warning])
        #expect(create.findings[0].hint.contains("create on asynchronous operations"))
        let early = after {
            BatchExamineRules.mode(.reply(Answers.reply(403, Answers.denied)), into: &$0)
            BatchExamineRules.view(.reply(Answers.reply(404, Answers.missing)), into: &$0)
        }
        #expect(early.findings == create.findings)
    }

    @Test("an empty batch that is answered at once shows the right, a late acceptance that no consumer runs")
    func empty() {
        let answered = after {
            $0.takesSynchronousBatches = true
            BatchExamineRules.empty(.records([]), seconds: 0.1, into: &$0)
        }
        #expect(answered.takesBatches == true && answered.takesSynchronousBatches == true)
        let late = after {
            $0.takesSynchronousBatches = true
            BatchExamineRules.empty(.accepted("1"), seconds: 25.4, into: &$0)
        }
        #expect(late.takesSynchronousBatches == true && late.findings.map(\.code) == ["no_consumers"])
        let lost = after { BatchExamineRules.empty(.unknown("x"), seconds: 0, into: &$0) }
        #expect(lost.takesBatches == nil && lost.findings.map(\.severity) == [.note])
        #expect(BatchRules.emptyAnswer(.reply(Answers.reply(200, "[]"))) == .records([]))
    }

    @Test("a refusal that was certain tells of the decimal mark only where it names the quantity")
    func decimalMark() {
        let extra = #"{"status":"400","title":"extra fields constraint","detail":"x"}"#
        let decimal =
            #"{"status":"400","title":"type constraint","detail":"x","#
            + #""source":{"pointer":"/data/attributes/quantity"}}"#
        func answer(_ errors: String...) -> Bool? {
            let body = "{\"errors\":[" + errors.joined(separator: ",") + "]}"
            return LocaleRules.refusesFractions(.reply(Answers.reply(400, body)))
        }
        #expect(answer(extra) == false)
        #expect(answer(extra, decimal) == true)
        #expect(LocaleRules.refusesFractions(.reply(Answers.reply(403, Answers.denied))) == nil)
        #expect(LocaleRules.refusesFractions(.reply(Answers.reply(500))) == nil)
        #expect(LocaleRules.refusesFractions(.trouble(.maintenance)) == nil)
    }

    @Test("only a fraction can be refused for its decimal mark")
    func judged() {
        let half = LevelWrite(level: "1", quantity: Quantity(millionths: 12_500_000))
        let refused = RecordAnswer.refused(.decimalMark, detail: "type constraint")
        guard case .refused(.decimalMark, let detail) = refused.judged(for: half) else {
            Issue.record("a fraction is not told")
            return
        }
        #expect(detail.contains("comma"))
        #expect(refused.judged(for: .of("1", 12)) == .refused(.invalidValue, detail: "type constraint"))
        #expect(RecordAnswer.applied.judged(for: half) == .applied)
    }

    @Test("a write that is certain to be refused has its quantity and a member that no form has")
    func refusedBodies() {
        let write = LevelWrite.of("41", 7)
        #expect(
            String(decoding: WriteBody.refusedSingle(write), as: UTF8.self)
                == #"{"data":{"type":"inventorylevels","id":"41","attributes":"#
                + #"{"tidegateProbe":true,"quantity":"7"}}}"#
        )
        #expect(String(decoding: WriteBody.refusedBatch(write), as: UTF8.self).contains("tidegateProbe"))
    }
}
