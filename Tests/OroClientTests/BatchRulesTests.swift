import InventoryCore
import Testing

@testable import HTTPTransport
@testable import OroClient

@Suite("The answer to a batch")
struct BatchRulesTests {
    let writes: [LevelWrite] = [.of("1", 10), .of("2", 20), .of("3", 30)]

    func answer(_ reply: HTTPReply, synchronous: Bool = true) -> SubmitAnswer {
        BatchRules.answer(.reply(reply), writes: writes, synchronous: synchronous)
    }

    @Test("202 names its operation in the body, or else in a header")
    func accepted() {
        #expect(answer(Answers.reply(202, Answers.operation("123", "new"))) == .accepted("123"))
        var cut = Answers.reply(202, #"{"data":{"type":"asyncop"#)
        cut.contentLocation = "https://oro.example/admin/api/asyncoperations/124"
        #expect(answer(cut) == .accepted("124"))
        guard case .unknown = answer(Answers.reply(202, "{}")) else {
            Issue.record("an operation without a name")
            return
        }
    }

    @Test("200 answers each record, by the id that was sent")
    func synchronous() {
        func row(_ id: String, _ quantity: String) -> String {
            #"{"type":"inventorylevels","id":"\#(id)","meta":{"dataId":"\#(id)"},"#
                + #""attributes":{"quantity":"\#(quantity)"}}"#
        }
        let body = #"{"data":[\#(row("1", "10")),\#(row("3", "7"))]}"#
        guard case .records(let records) = answer(Answers.reply(200, body)) else {
            Issue.record("no records")
            return
        }
        #expect(records[0] == .applied)
        #expect(records[2] == .overtaken(shows: Quantity(units: 7)))
        guard case .unknown = records[1] else {
            Issue.record("\(records)")
            return
        }
    }

    @Test("a synchronous refusal names the bad records, and the others were not applied")
    func allOrNothing() {
        let body =
            #"{"errors":[{"status":"404","title":"not found http exception","source":{"#
            + #""pointer":"\/data\/1"}},"#
            + #"{"status":"400","title":"form constraint","source":{"#
            + #""pointer":"\/data\/2\/attributes\/quantity"}}]}"#
        for status in [400, 403, 404, 409] {
            guard case .records(let records) = answer(Answers.reply(status, body)) else {
                Issue.record("\(status)")
                return
            }
            #expect(
                records == [
                    .notApplied, .refused(.levelGone, detail: "not found http exception"),
                    .refused(.invalidValue, detail: "form constraint"),
                ]
            )
        }
    }

    @Test("a refusal that names no record divides the batch; of a single record it is the refusal")
    func unnamed() {
        let reply = Answers.reply(400, Answers.emptyBody)
        #expect(answer(reply) == .refused("request data constraint: The request data should not be empty"))
        let one = BatchRules.answer(.reply(reply), writes: [.of("1", 1)], synchronous: true)
        guard case .records(let records) = one, case .refused(.unexpected, _) = records.first else {
            Issue.record("not refused")
            return
        }
    }

    @Test("only OroCommerce's own refusal proves that nothing was taken")
    func statuses() {
        #expect(answer(Answers.reply(405, "")) == .unsupported)
        #expect(answer(Answers.reply(413, Answers.emptyBody)) == .tooLarge())
        #expect(answer(Answers.reply(413, Answers.html, type: "text/html")) == .tooLarge(.unknown))
        guard case .trouble(.configuration, .none) = answer(Answers.reply(404, Answers.webAPIOff)),
            case .notPermitted = answer(Answers.reply(403, Answers.denied)),
            case .trouble(.configuration, .unknown) = answer(
                Answers.reply(403, Answers.html, type: "text/html")
            ),
            case .trouble(.configuration, .unknown) = answer(
                Answers.reply(200, Answers.html, type: "text/html")
            ),
            case .unknown = answer(Answers.reply(405, Answers.html, type: "text/html")),
            case .unknown = answer(Answers.reply(502, Answers.html, type: "text/html"))
        else {
            Issue.record("404, 403, 200, 405 or 502")
            return
        }
    }

    @Test("OroCommerce's own 500 ends a synchronous batch, and leaves an asynchronous one open")
    func failure() {
        let reply = Answers.reply(500, Answers.emptyBody)
        guard case .records(let records) = answer(reply), case .unknown = records[0],
            case .unknown = answer(reply, synchronous: false)
        else {
            Issue.record("500")
            return
        }
    }
}
