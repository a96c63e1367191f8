import InventoryCore
import SnapshotFormats
import Testing

@testable import TidegateService
@testable import TidegateSettings

@Suite("Bodies of our own form")
struct OwnBodyTests {
    @Test("given each kind of item, its event says the same")
    func kinds() throws {
        let body = try Bodies.read(
            """
            [\(Bodies.level), \(Bodies.movement), {"sku":"AB-1","location":"WH-1"}, {"location":"WH-1"},
             {"skus":["AB-1","AB-2"]},
             {"sku":"AB-1","location":"W","net":"10.5","as_of":"2026-11-29T10:00:00Z"}]
            """
        )
        #expect(
            body.words == [
                "0 level 10.5 AB-1 @ WH-1 EA", "1 movement -3 AB-1 @ WH-1 EA", "2 hint AB-1 @ WH-1 ",
                "3 hint * @ WH-1 ", "4 hint AB-1 @ * ", "4 hint AB-2 @ * ", "5 level 10.5 AB-1 @ W ",
            ]
        )
        #expect(body.rejected.isEmpty)
        #expect(body.count == 6)
        #expect(body.events[0].event.version == 1734)
        #expect(body.events[0].event.asOf == Timestamp(rfc3339: "2026-11-29T10:00:00Z"))
        #expect(Set(body.events.map(\.event.identity)).count == 7)
    }

    @Test("given one object, or one a line, with a byte order mark or without, it is read")
    func shapes() throws {
        #expect(try Bodies.read(Bodies.level).count == 1)
        #expect(try Bodies.read("\u{FEFF} " + Bodies.level + "\n").count == 1)
        #expect(try Bodies.read(Bodies.level, type: nil).count == 1)
        let lines = try Bodies.read(
            "\(Bodies.level)\n\n{\"sku\":\n\(Bodies.movement)\r\n7",
            type: "application/x-ndjson"
        )
        #expect(lines.events.map(\.index) == [0, 2])
        #expect(lines.marks == ["1 bad_item", "3 bad_item"])
        #expect(try Bodies.read("[]").count == 0)
    }

    @Test(
        "given a bad item, it is rejected with its index and code, and the others are taken",
        arguments: [
            (#"7"#, "bad_item"),
            (#"{}"#, "missing_member"),
            (#"{"sku":"A","qty":1}"#, "unknown_member"),
            (#"{"sku":"A","sku":"B"}"#, "repeated_member"),
            (#"{"sku":"A","\u0073ku":"B"}"#, "repeated_member"),
            (#"{"sku":"A","net":"1"}"#, "missing_member"),
            (#"{"sku":"A","net":"1","as_of":"2026-11-29T10:00:00"}"#, "bad_instant"),
            (#"{"sku":"A","net":"1","as_of":1764000000}"#, "bad_instant"),
            (#"{"sku":"A","net":"1","as_of":"2026-12-29T10:00:00Z"}"#, "instant_in_future"),
            (#"{"sku":"A","net":"1,5","as_of":"2026-11-29T10:00:00Z"}"#, "bad_amount"),
            (#"{"sku":"A","net":"0.0000001","as_of":"2026-11-29T10:00:00Z"}"#, "bad_amount"),
            (#"{"sku":"A","net":1e400,"as_of":"2026-11-29T10:00:00Z"}"#, "bad_amount"),
            (#"{"sku":"A","net":1e-99999999999999999999,"as_of":"2026-11-29T10:00:00Z"}"#, "bad_amount"),
            (#"{"sku":"A","net":[1],"as_of":"2026-11-29T10:00:00Z"}"#, "bad_amount"),
            (#"{"sku":"A","net":"1","on_hand":"1","as_of":"2026-11-29T10:00:00Z"}"#, "conflicting_members"),
            (#"{"sku":"A","on_hand":"1","committed":"-1","as_of":"2026-11-29T10:00:00Z"}"#, "bad_amount"),
            (#"{"sku":"A","on_hand":"1","of":"net","change":"1"}"#, "conflicting_members"),
            (#"{"sku":"A","of":"net","change":"1","as_of":"2026-11-29T10:00:00Z"}"#, "missing_identity"),
            (#"{"id":"1","sku":"A","change":"1","as_of":"2026-11-29T10:00:00Z"}"#, "wrong_member"),
            (#"{"sku":1.5}"#, "wrong_member"),
            (#"{"sku":"\u0000A"}"#, "bad_text"),
            (#"{"sku":"\ud800"}"#, "bad_text"),
            (#"{"sku":""}"#, "missing_member"),
            (#"{"sku":"A","skus":["B"]}"#, "conflicting_members"),
            (#"{"skus":"B"}"#, "wrong_member"),
            (#"{"sku":"A","version":"x"}"#, "wrong_member"),
            (#"{"order":"FR1","state":"booked","at":"2026-11-29T10:02:00+00:00"}"#, "unknown_type"),
        ]
    )
    func rejected(item: String, code: String) throws {
        let body = try Bodies.read("[\(Bodies.level),\(item),\(Bodies.movement)]")
        #expect(body.marks == ["1 \(code)"])
        #expect(body.events.map(\.index) == [0, 2])
        #expect(try #require(body.rejected.first).detail.count > 20)
    }

    @Test("given lenient answers, unknown members are counted, and the item is taken")
    func unknownMembers() throws {
        let body = try Bodies.read(#"{"sku":"A","a":1,"b":{"c":[1]}}"#, answers: .lenient)
        #expect(body.words == ["0 hint A @ * "])
        #expect(body.unknownMembers == 2)
    }

    @Test("given a number, its digits count, not a binary fraction of them")
    func digits() throws {
        for (written, net) in [
            ("0.1", "0.1"), ("12.50", "12.5"), ("1e3", "1000"), ("2695.4900000000002", "2695.49"),
            ("9223372036854", "9223372036854"), ("-0.000001", "-0.000001"), ("\"17\"", "17"),
        ] {
            let body = try Bodies.read(
                #"{"sku":"A","location":"L","net":\#(written),"as_of":"2026-11-29T10:00:00Z"}"#
            )
            #expect(body.words == ["0 level \(net) A @ L "], "\(written)")
        }
    }

    @Test("given the source's columns, keys are normalised as its snapshots' are")
    func keys() throws {
        let columns = ColumnMapping(
            sku: ColumnRule(anyOf: ["MATNR"], stripsLeadingZeros: true),
            location: ColumnRule(anyOf: ["WERKS"], afterLast: " : "),
            unit: ColumnRule(source: .constant("EA")),
            onHand: ColumnRule(anyOf: ["LABST"])
        )
        let item =
            #"{"sku":" 000100\u0030 ","location":"DE : 1000","net":"1","as_of":"2026-11-29T10:00:00Z"}"#
        #expect(try Bodies.read(item, columns: columns).words == ["0 level 1 1000 @ 1000 EA"])
        let missing = #"{"sku":"1","net":"1","as_of":"2026-11-29T10:00:00Z"}"#
        #expect(try Bodies.read(missing, columns: columns).marks == ["0 missing_member"])
    }

    @Test("given snapshots that state what is committed, a level without it is refused")
    func incompleteLevels() throws {
        let columns = ColumnMapping(
            sku: ColumnRule(anyOf: ["sku"]),
            onHand: ColumnRule(anyOf: ["q"]),
            committed: ColumnRule(anyOf: ["r"])
        )
        let start = #"{"sku":"A","as_of":"2026-11-29T10:00:00Z","#
        #expect(try Bodies.read(start + #""on_hand":5}"#, columns: columns).marks == ["0 incomplete_level"])
        #expect(
            try Bodies.read(start + #""on_hand":5,"committed":2}"#, columns: columns).words == [
                "0 level 3 A @  "
            ]
        )
        #expect(try Bodies.read(start + #""net":5}"#, columns: columns).words == ["0 level 5 A @  "])
        #expect(try Bodies.read(start + #""on_hand":5}"#).words == ["0 level 5 A @  "])
        let reader = EventBodyReader(EventSettings(), source: Bodies.source(), statedRoles: ["unusable"])
        let request = EventRequest(body: Array((start + #""on_hand":5}"#).utf8))
        #expect(try reader.read(request, receivedAt: Bodies.now).marks == ["0 incomplete_level"])
    }

    @Test("given a SKU that is no stock, its events are left out and counted")
    func ignored() throws {
        var source = Bodies.source()
        source.format.rows.ignoredSKUs = [Glob("SERVICE-*")]
        let reader = EventBodyReader(EventSettings(), source: source)
        let request = EventRequest(body: Array(#"[{"sku":"SERVICE-1"},{"sku":"A"}]"#.utf8))
        let body = try reader.read(request, receivedAt: Bodies.now)
        #expect(body.words == ["1 hint A @ * "])
        #expect(body.ignored == 1)
    }

    @Test("given what moves, its effect on what is free has the right sign")
    func measures() throws {
        for (measure, net) in [("on_hand", "3"), ("net", "3"), ("committed", "-3"), ("unusable", "-3")] {
            let item = #"{"id":"1","sku":"A","of":"\#(measure)","change":3,"as_of":"2026-11-29T10:00:00Z"}"#
            #expect(try Bodies.read(item).words == ["0 movement \(net) A @  "])
        }
    }
}
