import HTTPTransport
import InventoryCore
import Testing

@testable import OroClient

@Suite("What an examination concludes")
struct ExamineRulesTests {
    func after(_ change: (inout ShopReport) -> Void) -> ShopReport {
        var report = ShopReport()
        report.takesBatches = true
        change(&report)
        return report
    }

    @Test("a record refused at once shows the synchronous mode, a late acceptance that no consumer runs")
    func batches() {
        let refused = SubmitAnswer.records([.refused(.levelGone, detail: "")])
        #expect(
            after { ExamineRules.batch(refused, seconds: 0.1, into: &$0) }.takesSynchronousBatches == true
        )
        let quick = after { ExamineRules.batch(.accepted("1"), seconds: 0.3, into: &$0) }
        #expect(quick.takesSynchronousBatches == false && quick.findings.isEmpty)
        let late = after { ExamineRules.batch(.accepted("1"), seconds: 25.4, into: &$0) }
        #expect(late.takesSynchronousBatches == true)
        #expect(late.findings.map(\.code) == ["no_consumers"])
        let denied = after { ExamineRules.batch(.notPermitted("x"), seconds: 0, into: &$0) }
        #expect(denied.takesBatches == false && denied.isUsable)
        #expect(after { ExamineRules.batch(.unknown("x"), seconds: 0, into: &$0) }.takesBatches == true)
    }

    @Test("an older version without batches is warned of, and works")
    func oldVersion() {
        var reply = Answers.reply(200)
        reply.allow = "OPTIONS, GET"
        let report = after { ExamineRules.methods(.reply(reply), into: &$0) }
        #expect(report.takesBatches == false)
        #expect(report.isUsable)
        #expect(report.findings.map(\.code) == ["no_batches"])
    }

    @Test("levels without visible products are a problem, no level at all is a warning")
    func visibility() {
        let hidden = after {
            ExamineRules.levels(.reply(Answers.reply(200, Answers.hiddenProduct)), into: &$0)
        }
        #expect(!hidden.isUsable)
        #expect(hidden.findings.last?.isPermission == true)
        let none = after { ExamineRules.levels(.reply(Answers.reply(200, #"{"data":[]}"#)), into: &$0) }
        #expect(none.isUsable)
        #expect(none.findings.map(\.code) == ["reachable", "no_levels"])
    }

    @Test("every trouble has a code, a sentence and a way to mend it")
    func hints() {
        let troubles: [ShopTrouble] = [
            .outage("x"), .maintenance, .busy(retryAfterSeconds: nil), .busy(retryAfterSeconds: 3),
            .credentials("x"), .notPermitted("x"), .configuration("x"),
        ]
        for trouble in troubles {
            let fault = Fault(trouble, place: "GET /inventorylevels")
            #expect(fault.message.hasSuffix("."))
            #expect(fault.hint.count > 20)
            #expect(fault.isShopTrouble)
        }
        #expect(Set(troubles.map { Fault($0).code }).count == 6)
    }
}

extension Answers {
    static let hiddenProduct =
        #"{"data":[{"type":"inventorylevels","id":"1","attributes":{"quantity":"5"},"#
        + #""relationships":{"product":{"data":{"type":"products","id":"1"}}}}]}"#
}
