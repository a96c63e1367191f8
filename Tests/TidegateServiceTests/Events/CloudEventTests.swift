import InventoryCore
import Testing

@testable import TidegateService
@testable import TidegateSettings

@Suite("CloudEvents")
struct CloudEventTests {
    private static func event(
        _ data: String,
        type: String = "tidegate.stock.level.v1",
        version: String = "1.0",
        more: String = ""
    ) -> String {
        #"{"specversion":"\#(version)","type":"\#(type)","source":"/erp","id":"a1","subject":"x","ext":1,"#
            + #""time":"2026-11-29T10:00:00Z"\#(more),\#(data)}"#
    }

    private static let data = #""data":{"sku":"A","location":"L","net":"5"}"#

    @Test("given structured mode, the data are the item and the time stands for as_of")
    func structured() throws {
        let body = try Bodies.read(Self.event(Self.data), type: "application/cloudevents+json; charset=utf-8")
        #expect(body.words == ["0 level 5 A @ L "])
        #expect(body.events[0].event.asOf == Timestamp(rfc3339: "2026-11-29T10:00:00Z"))
    }

    @Test("given data in base64, they are the item")
    func base64() throws {
        // {"sku":"A","net":5}
        let body = try Bodies.read(
            Self.event(#""data_base64":"eyJza3UiOiJBIiwibmV0Ijo1fQ==""#),
            type: "application/cloudevents+json"
        )
        #expect(body.words == ["0 level 5 A @  "])
    }

    @Test("given a batch, each event is an item")
    func batch() throws {
        let hint = Self.event(#""data":{"sku":"B"}"#, type: "tidegate.stock.hint.v1")
        let body = try Bodies.read(
            "[\(Self.event(Self.data)),\(hint)]",
            type: "application/cloudevents-batch+json"
        )
        #expect(body.words == ["0 level 5 A @ L ", "1 hint B @ * "])
    }

    @Test("given binary mode, the envelope stands in the headers")
    func binary() throws {
        let headers = [
            "ce-specversion": ["1.0"], "ce-type": ["tidegate.stock.level.v1"], "ce-source": ["/erp%20one"],
            "ce-id": ["a1"], "ce-time": ["2026-11-29T10:00:00Z"],
        ]
        let body = try Bodies.read(#"{"sku":"A","location":"L","net":"5"}"#, headers: headers)
        #expect(body.words == ["0 level 5 A @ L "])
    }

    @Test("given another major version, it is refused as a media type")
    func versions() throws {
        for version in ["0.3", "2.0", "10.0", ""] {
            let fault = #expect(throws: Fault.self) {
                try Bodies.read(
                    Self.event(Self.data, version: version),
                    type: "application/cloudevents+json"
                )
            }
            #expect(fault?.code == EventCode.version)
        }
        #expect(
            try Bodies.read(Self.event(Self.data, version: "1.0.2"), type: "application/cloudevents+json")
                .count == 1
        )
    }

    @Test(
        "given an envelope that is wrong, its item is rejected",
        arguments: [
            (event(data, type: "com.example.other"), "unknown_type"),
            (event(#""data":{"sku":"A"}"#), "missing_member"),
            (event(#""data":{"id":"1","of":"net","change":1,"sku":"A"}"#), "conflicting_members"),
            (event(#""data":[1]"#), "bad_item"),
            (event(#""datacontenttype":"application/json""#), "missing_member"),
            (event(#""data_base64":"@@@""#), "bad_item"),
            (event(data, more: #","id":"b""#), "repeated_member"),
        ]
    )
    func wrong(event: String, code: String) throws {
        let body = try Bodies.read(event, type: "application/cloudevents+json")
        #expect(body.marks == ["0 \(code)"])
    }
}
