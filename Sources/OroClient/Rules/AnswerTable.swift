import HTTPTransport
import InventoryCore

/// Every answer to a write, what the rules take it for, and what the push does then, as a table to read.
///
/// The documentation's table is this one: it asks the same rules that the client asks.
package enum AnswerTable {
    /// Lines of Markdown.
    package static let markdown: [String] =
        [
            "| the shop, or something before it, answers | one level | an asynchronous batch "
                + "| a synchronous batch |",
            "| --- | --- | --- | --- |",
        ]
        + examples.map { example in
            let both = example.replyToBatch
            let replies = [single(example.reply), batch(both, false), batch(both, true)]
            return "| \(example.words) | \(replies.joined(separator: " | ")) |"
        }

    private struct Example {
        let words: String
        let reply: HTTPReply
        let replyToBatch: HTTPReply

        init(
            _ words: String,
            _ status: Int,
            _ body: String,
            batch: String? = nil,
            html: Bool = false,
            to location: String? = nil
        ) {
            self.words = words
            var reply = HTTPReply(status: status)
            reply.mediaType = html ? "text/html" : HTTPReply.jsonAPI
            reply.body = Array(body.utf8)
            reply.location = location
            self.reply = reply
            if let batch { reply.body = Array(batch.utf8) }
            replyToBatch = reply
        }
    }

    private static func errors(_ status: Int, _ title: String, detail: String = "…", at place: String? = nil)
        -> String
    {
        let source = place.map { #","source":{"pointer":"\#($0)"}"# } ?? ""
        return #"{"errors":[{"status":"\#(status)","title":"\#(title)","detail":"\#(detail)"\#(source)}]}"#
    }

    private static func level(_ quantity: String, id: String = "1", product: String = "7") -> String {
        #"{"type":"inventorylevels","id":"\#(id)","attributes":{"quantity":"\#(quantity)"},"#
            + #""relationships":{"product":{"data":{"type":"products","id":"\#(product)"}}}}"#
    }

    /// One level alone, and the same as the answer to a batch of two equal ones.
    private static func shown(_ words: String, _ quantity: String, product: String = "7") -> Example {
        let first = level(quantity, product: product)
        let second = level(quantity, id: "2", product: product)
        return Example(words, 200, #"{"data":\#(first)}"#, batch: #"{"data":[\#(first),\#(second)]}"#)
    }

    private static let page = "<html></html>"

    private static let examples = [
        shown("200 with the level, the value sent", "5"),
        shown("200 with the level, another value", "3"),
        shown("200 with a level of another product", "5", product: "8"),
        Example("200 without the level, or cut", 200, #"{"data":[]}"#),
        Example("200 or 202 that is not JSON:API", 202, page, html: true),
        Example("a redirect to `/notinstalled.html`", 302, page, html: true, to: "/notinstalled.html"),
        Example("any other redirect", 302, page, html: true, to: "/user/login"),
        Example(
            "400 JSON:API about the quantity",
            400,
            errors(400, "form constraint", at: "/data/attributes/quantity")
        ),
        Example("400 JSON:API about something else", 400, errors(400, "request data constraint")),
        Example("any 4xx in HTML", 400, page, html: true),
        Example("401, also with a new token", 401, ""),
        Example("403 JSON:API", 403, errors(403, "access denied exception")),
        Example("404 JSON:API with a reason", 404, errors(404, "not found http exception")),
        Example("404 in HTML", 404, page, html: true),
        Example("405 JSON:API", 405, ""),
        Example("409 JSON:API", 409, errors(409, "conflict constraint")),
        Example("413 JSON:API", 413, errors(413, "too large")),
        Example("413 in HTML", 413, page, html: true),
        Example("415 in HTML: maintenance", 415, page, html: true),
        Example("429 or 503 JSON:API", 503, errors(503, "busy")),
        Example("429 or 503 in HTML", 503, page, html: true),
        Example("500 JSON:API", 500, errors(500, "runtime exception")),
        Example("500, 502, 504 in HTML", 502, page, html: true),
    ]

    private static let write = LevelWrite(level: LevelID("1"), quantity: Quantity(units: 5), product: "7")
    private static let writes = [
        write, LevelWrite(level: LevelID("2"), quantity: Quantity(units: 5), product: "7"),
    ]

    private static func single(_ reply: HTTPReply) -> String {
        switch WriteRules.decide(.reply(reply), write: write) {
        case .askForCollection: "asks for the collection"
        case .answer(.record(let record)): words(record)
        case .answer(.trouble(let trouble, let effect)): words(trouble, effect)
        }
    }

    private static func batch(_ reply: HTTPReply, _ synchronous: Bool) -> String {
        switch BatchRules.answer(.reply(reply), writes: writes, synchronous: synchronous) {
        case .accepted: "done by an operation: polls it"
        case .records(let records): Set(records.map(words)).sorted().joined(separator: "; ")
        case .unknown: "unknown: in question"
        case .refused: "none: halves the batch"
        case .unsupported: "none: single writes, remembered"
        case .notPermitted: "none: single writes, and says so"
        case .tooLarge(.none): "none: halves the largest batch"
        case .tooLarge(.unknown): "unknown: in question; halves the largest batch"
        case .trouble(let trouble, let effect): words(trouble, effect)
        }
    }

    private static func words(_ record: RecordAnswer) -> String {
        switch record {
        case .applied: "done"
        case .overtaken: "done: what differs is drift"
        case .misnamed: "done, to another product: looks the level up anew"
        case .refused(.levelGone, _): "none: looks the level up by SKU and unit"
        case .refused(.invalidValue, _): "none: parks the record"
        case .refused: "none: parks the record after three tries"
        case .notApplied: "none: sends it again"
        case .unknown: "unknown, but over: reads back, three tries"
        case .lost: "unknown: in question"
        }
    }

    private static func words(_ trouble: ShopTrouble, _ effect: Effect) -> String {
        let fate = effect == .none ? "none" : "unknown: in question"
        return switch trouble {
        case .busy: "\(fate); everybody waits"
        case .outage, .maintenance: "\(fate); five in a row, then probes"
        case .credentials, .notPermitted, .configuration, .encryption:
            "\(fate); a probe tells record from shop"
        }
    }
}
