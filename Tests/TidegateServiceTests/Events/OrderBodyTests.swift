import InventoryCore
import SnapshotFormats
import TestSupport
import Testing

@testable import TidegateService
@testable import TidegateSettings

@Suite("Bodies that acknowledge web orders")
struct OrderBodyTests {
    private static let at = "2026-11-29T10:02:00+00:00"
    private static let type = "tidegate.order.acknowledged.v1"

    private static func read(
        _ text: String,
        type: String? = "application/json",
        headers: [String: [String]] = [:],
        answers: EventSettings.Answers = .strict,
        source: SourceID? = "erp"
    ) throws(Fault) -> EventBody {
        try read(Array(text.utf8), type: type, headers: headers, answers: answers, source: source)
    }

    private static func read(
        _ bytes: [UInt8],
        type: String? = "application/json",
        headers: [String: [String]] = [:],
        answers: EventSettings.Answers = .strict,
        source: SourceID? = "erp"
    ) throws(Fault) -> EventBody {
        try EventBodyReader(acknowledgementsOf: source, answers: answers).read(
            EventRequest(contentType: type, headers: headers, body: bytes),
            receivedAt: Bodies.now
        )
    }

    private static func event(_ data: String, type: String = Self.type) -> String {
        #"{"specversion":"1.0","type":"\#(type)","source":"/erp","id":"a1","time":"\#(at)","#
            + #""data":\#(data)}"#
    }

    @Test("given one object, what it leaves out has its default")
    func defaults() throws {
        let body = try Self.read(#"{"order":"FR1012401","at":"\#(Self.at)"}"#)
        #expect(
            body.orders.map(\.said) == [
                .acknowledged(
                    OrderAcknowledgement(
                        order: "FR1012401",
                        at: try #require(Timestamp(rfc3339: Self.at)),
                        source: "erp"
                    )
                )
            ]
        )
        #expect(body.count == 1 && body.events.isEmpty)
    }

    @Test("given an array, each item is taken with its line, exact quantity and state")
    func array() throws {
        let body = try Self.read(
            """
            [{"order":73,"line":501,"quantity":"2.000001","state":"shipped","at":"\(Self.at)","id":"x"},
             {"order":"73","line":"502","quantity":2.5,"state":"booked","at":"\(Self.at)"},
             {"order":"74","state":"cancelled","at":"\(Self.at)"}, {"alive_at":"\(Self.at)"}]
            """
        )
        #expect(
            body.words(of: body.orders) == [
                "0 73/501 2.000001 shipped", "1 73/502 2.5 booked", "2 74/* * cancelled", "3 alive",
            ]
        )
        #expect(try Self.read("[]").count == 0)
    }

    @Test("given one object a line, a broken one costs no other")
    func lines() throws {
        let body = try Self.read(
            "{\"order\":\"1\",\"at\":\"\(Self.at)\"}\n{\"order\n\n{\"order\":\"3\",\"at\":\"\(Self.at)\"}\n",
            type: "application/x-ndjson"
        )
        #expect(body.words(of: body.orders) == ["0 1/* * booked", "2 3/* * booked"])
        #expect(body.marks == ["1 bad_item"])
    }

    @Test("given CloudEvents, structured, in a batch and in binary mode, their time stands for at")
    func cloudEvents() throws {
        let data = #"{"order":"1"}"#
        let structured = try Self.read(Self.event(data), type: "application/cloudevents+json")
        #expect(structured.words(of: structured.orders) == ["0 1/* * booked"])
        let batch = try Self.read(
            "[\(Self.event(data)),\(Self.event(#"{"alive_at":"\#(Self.at)"}"#)),"
                + "\(Self.event(#"{"sku":"A"}"#, type: "tidegate.stock.hint.v1"))]",
            type: "application/cloudevents-batch+json"
        )
        #expect(
            batch.words(of: batch.orders) == ["0 1/* * booked", "1 alive"]
                && batch.marks == ["2 unknown_type"]
        )
        let headers = [
            "ce-specversion": ["1.0"], "ce-type": [Self.type], "ce-source": ["/erp"], "ce-id": ["a1"],
            "ce-time": [Self.at],
        ]
        let binary = try Self.read(data, headers: headers)
        #expect(binary.words(of: binary.orders) == ["0 1/* * booked"])
    }

    @Test("given CloudEvents among stock events, they are taken there, and plain items are not")
    func amongStock() throws {
        let hint = Self.event(#"{"sku":"A"}"#, type: "tidegate.stock.hint.v1")
        let body = try Bodies.read(
            "[\(hint),\(Self.event(#"{"order":"1","line":5}"#)),\(Self.event(#"{"sku":"A"}"#))]",
            type: "application/cloudevents-batch+json"
        )
        #expect(body.events.count == 1 && body.words(of: body.orders) == ["1 1/5 * booked"])
        #expect(body.marks == ["2 unknown_member"])
        let plain = try Bodies.read(#"[{"order":"1","at":"\#(Self.at)"},{"through_order_id":7}]"#)
        #expect(plain.marks == ["0 unknown_type", "1 unknown_type"])
        // What acknowledgements say is nothing that stock events know.
        let lenient = try Bodies.read(#"{"sku":"A","line":1,"quantity":2}"#, answers: .lenient)
        #expect(lenient.events.count == 1 && lenient.unknownMembers == 2)
    }

    @Test(
        "given an item that cannot be used, its code says why",
        arguments: [
            (#"{"at":"AT"}"#, "missing_member"), (#"{"order":"","at":"AT"}"#, "bad_text"),
            (#"{"order":"1"}"#, "missing_member"), (#"{"order":null,"at":"AT"}"#, "missing_member"),
            (#"{"order":1.5,"at":"AT"}"#, "wrong_member"), (#"{"order":["1"],"at":"AT"}"#, "wrong_member"),
            (#"{"order":"a\u0007","at":"AT"}"#, "bad_text"),
            (#"{"order":"1","order":"2","at":"AT"}"#, "repeated_member"),
            (#"{"order":"1","at":"2026-11-29T10:02:00"}"#, "bad_instant"),
            (#"{"order":"1","at":1764410520}"#, "bad_instant"),
            (#"{"order":"1","at":"2026-12-29T10:02:00Z"}"#, "instant_in_future"),
            (#"{"order":"1","line":0,"at":"AT"}"#, "wrong_member"),
            (#"{"order":"1","line":1.0,"at":"AT"}"#, "wrong_member"),
            (#"{"order":"1","line":-5,"at":"AT"}"#, "wrong_member"),
            (#"{"order":"1","line":99999999999999999999,"at":"AT"}"#, "wrong_member"),
            (#"{"order":"1","line":5,"quantity":0,"at":"AT"}"#, "bad_amount"),
            (#"{"order":"1","line":5,"quantity":"-2","at":"AT"}"#, "bad_amount"),
            (#"{"order":"1","line":5,"quantity":"1,5","at":"AT"}"#, "bad_amount"),
            (#"{"order":"1","line":5,"quantity":0.0000001,"at":"AT"}"#, "bad_amount"),
            (#"{"order":"1","quantity":2,"at":"AT"}"#, "missing_member"),
            (#"{"order":"1","state":"packed","at":"AT"}"#, "wrong_member"),
            (#"{"order":"1","state":"Booked","at":"AT"}"#, "wrong_member"),
            (#"{"order":"1","sku":"A","at":"AT"}"#, "unknown_member"),
            (#"{"alive_at":"AT","order":"1"}"#, "conflicting_members"),
            (#"{"alive_at":"2026-12-29T10:02:00Z"}"#, "instant_in_future"),
            (#"{}"#, "missing_member"), (#"17"#, "bad_item"),
        ]
    )
    func refused(text: String, code: String) throws {
        let body = try Self.read("[\(text.replacing("AT", with: Self.at))]")
        #expect(body.marks == ["0 \(code)"] && body.orders.isEmpty)
    }

    @Test("given lenient answers, unknown names are counted, and a body that is none is one rejected item")
    func lenient() throws {
        let body = try Self.read(#"{"order":"1","x":{"y":[]},"at":"\#(Self.at)"}"#, answers: .lenient)
        #expect(body.orders.count == 1 && body.unknownMembers == 1)
        #expect(try Self.read("[{", answers: .lenient).marks == ["0 bad_body"])
    }

    @Test("given too much of anything, or a media type that is none of ours, it is refused and not read")
    func bounds() throws {
        func code(_ bytes: [UInt8], _ type: String = "application/json") -> String? {
            do throws(Fault) {
                _ = try Self.read(bytes, type: type)
                return nil
            } catch {
                return error.code.rawValue
            }
        }
        let item = #"{"order":"1","at":"\#(Self.at)"}"#
        let items = Array(repeating: item, count: 10_001).joined(separator: ",")
        #expect(code(Array("[\(items)]".utf8)) == "too_many_items")
        #expect(code([UInt8](repeating: 0x20, count: 8 << 20 | 1)) == "body_too_large")
        let deep = String(repeating: "[", count: 40) + String(repeating: "]", count: 40)
        #expect(code(Array(#"{"order":\#(deep)}"#.utf8)) == "bad_body")
        #expect(code([0xFF]) == "bad_body")
        for type in ["text/csv", "application/xml", "application/x-www-form-urlencoded"] {
            #expect(code(Array("a=b".utf8), type) == "unsupported_media_type")
        }
        let old = Self.event("{}").replacing("1.0", with: "0.3")
        #expect(code(Array(old.utf8), "application/cloudevents+json") == "unsupported_version")
    }

    @Test(
        "given a body with bytes changed by chance, every item is a statement or rejected",
        arguments: 0..<200
    )
    func changed(seed: UInt64) throws {
        var random = SplitMix64(state: seed)
        let items = """
            {"order":"FR-\\u00e97","line":501,"quantity":"2.5","state":"shipped","at":"\(Self.at)"},
            {"order":73,"at":"\(Self.at)"},{"alive_at":"\(Self.at)"}
            """
        let (plain, events) = ("[\(items)]", "[\(Self.event(#"{"order":"1","line":2}"#))]")
        for _ in 0..<40 {
            let isEvents = random.below(3) == 0
            var bytes = Array((isEvents ? events : plain).utf8)
            for _ in 0...random.below(3) {
                let place = random.below(bytes.count)
                switch random.below(3) {
                case 0: bytes[place] = UInt8(random.below(256))
                case 1: bytes.remove(at: place)
                default: bytes.insert(random.pick(Array(#"{}[]",:\0e-."#.utf8)), at: place)
                }
            }
            let type = isEvents ? "application/cloudevents-batch+json" : "application/json"
            guard let body = try? Self.read(bytes, type: type) else { continue }
            let known = Set(body.orders.map(\.index)).union(body.rejected.map(\.index))
            #expect(known.count == body.count && body.orders.count + body.rejected.count == body.count)
            for case .acknowledged(let one) in body.orders.map(\.said) {
                #expect(KeyLimits.allow(one.order) && !one.order.isEmpty)
                #expect((one.line ?? 1) > 0 && (one.quantity.map { $0 > .zero } ?? true))
                #expect(one.quantity == nil || one.line != nil)
            }
        }
    }
}

extension EventBody {
    /// What each statement about orders says, its time aside.
    func words(of orders: [(index: Int, said: OrderStatement)]) -> [String] {
        orders.map { index, said in
            guard case .acknowledged(let one) = said else { return "\(index) alive" }
            let line = one.line.map { "\($0)" } ?? "*"
            return "\(index) \(one.order)/\(line) \(one.quantity?.description ?? "*") \(one.state.rawValue)"
        }
    }
}
