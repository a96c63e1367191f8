import Foundation
import HTTPTransport
import InventoryCore
import Testing

@testable import TidegateService
@testable import TidegateSettings

/// The committed example configurations, on bodies as these senders write them.
@Suite("Example configurations of senders")
struct ExampleEventsTests {
    @Test("Odoo: of 21 posts those about our locations are hints, the virtual ones and moves are not")
    func odoo() throws {
        let source = try Bodies.example("odoo")
        let posts = try #require(
            try JSONSerialization.jsonObject(with: Data(try Bodies.file("odoo_webhook_bodies.json")))
                as? [[String: Any]]
        )
        #expect(posts.count == 21)
        var words: [String] = []
        var ignored = 0
        var identities: Set<EventIdentity> = []
        for post in posts {
            let bytes = Array(try JSONSerialization.data(withJSONObject: post))
            let body = try Bodies.read(bytes, by: source)
            #expect(body.rejected.isEmpty)
            words += body.words
            ignored += body.ignored
            identities.formUnion(body.events.map(\.event.identity))
        }
        let first = Array(repeating: "0 hint * @ LOC-WH-01 ", count: 3)
        #expect(words == first + Array(repeating: "0 hint * @ LOC-WH-02 ", count: 6))
        #expect(ignored == 12)
        // The posts of one transaction about one location say the same.
        #expect(identities.count == 4)
    }

    @Test("ERPNext: the balance after an entry is a level, that after a cancelled one only a hint")
    func erpnext() throws {
        let source = try Bodies.example("erpnext")
        let bytes = try Bodies.file("erpnext_webhook_sle.json")
        let body = try Bodies.read(bytes, by: source)
        #expect(body.words == ["0 level 388 SKU-1001 @ Stores - ACME Nos"])
        #expect(body.events[0].event.asOf == Timestamp(rfc3339: "2026-11-23T07:14:22.413Z"))
        let text = String(decoding: bytes, as: UTF8.self)
        let cancelled = text.replacingOccurrences(of: "\"is_cancelled\": 0", with: "\"is_cancelled\": 1")
        #expect(
            try Bodies.read(Array(cancelled.utf8), by: source).words == [
                "0 hint SKU-1001 @ Stores - ACME Nos"
            ]
        )
        let other = text.replacingOccurrences(of: "Stock Ledger Entry", with: "Bin")
        #expect(try Bodies.read(Array(other.utf8), by: source).ignored == 1)
    }

    @Test("Business Central: notifications with the client's state are hints, others are a stranger's")
    func businessCentral() throws {
        let source = try Bodies.example("business-central")
        let bytes = try Bodies.file("bc_webhook_notification.json")
        let states = [Secret("older"), Secret("someSharedSecret")]
        let body = try Bodies.read(bytes, by: source, clientStates: states)
        #expect(body.words == ["0 hint * @ * ", "1 hint * @ * ", "2 hint * @ * "])
        #expect(Set(body.events.map(\.event.identity)).count == 3)
        let fault = #expect(throws: Fault.self) {
            try Bodies.read(bytes, by: source, clientStates: [Secret("other")])
        }
        #expect(fault?.code == EventCode.clientState)
        let text = String(decoding: bytes, as: UTF8.self)
        let first = try #require(text.range(of: "someSharedSecret"))
        let mixed = text.replacingCharacters(in: first, with: "guess")
        #expect(
            try Bodies.read(Array(mixed.utf8), by: source, clientStates: states).marks == [
                "0 bad_client_state"
            ]
        )
        // No other form of a body goes round the client's state.
        for type in ["application/vnd.tidegate.events+json", "application/cloudevents+json"] {
            let fault = #expect(throws: Fault.self) {
                try Bodies.read(
                    Array(#"{"specversion":"1.0","type":"tidegate.stock.hint.v1","sku":"A"}"#.utf8),
                    by: source,
                    type: type,
                    clientStates: states
                )
            }
            #expect(fault?.code == EventCode.clientState)
        }
    }

    @Test("S/4: a material document is a hint, named by the CloudEvent, whichever way it comes")
    func s4() throws {
        let source = try Bodies.example("s4")
        let bytes = try Bodies.file("sap_s4_event_materialdocument.json")
        let body = try Bodies.read(bytes, by: source, type: "application/cloudevents+json")
        #expect(body.words == ["0 hint * @ * "])
        #expect(body.events[0].event.asOf == Timestamp(rfc3339: "2026-11-23T08:15:30Z"))
        let binary = try Bodies.read(
            Array(#"{"MaterialDocument":"4900001234","MaterialDocumentYear":"2026"}"#.utf8),
            by: source,
            headers: [
                "ce-specversion": ["1.0"], "ce-source": ["/default/sap.s4.beh/my300000"],
                "ce-type": ["sap.s4.beh.materialdocument.v1.MaterialDocument.Created.v1"],
                "ce-id": ["00163e0f-b6a1-1eef-a5d2-2d7a4c3f11aa"], "ce-time": ["2026-11-23T08:15:30Z"],
            ]
        )
        #expect(binary.words == ["0 hint * @ * "])
        #expect(binary.events[0].event == body.events[0].event)
    }

    @Test("Acumatica: what is after a change is a level; what was before is a hint where it stands alone")
    func acumatica() throws {
        let source = try Bodies.example("acumatica")
        let bytes = try Bodies.file("acumatica_push_notification.json")
        let body = try Bodies.read(bytes, by: source)
        #expect(body.words == ["0 level 80 SKU-1001 @ RETAIL "])
        #expect(body.count == 2)
        #expect(body.ignored == 1)
        #expect(body.events[0].event.asOf == Timestamp(rfc3339: "2017-05-05T16:57:03.13Z"))
        let text = String(decoding: bytes, as: UTF8.self)
        let start = try #require(text.range(of: "\"Inserted\": ["))
        let end = try #require(text.range(of: "],"))
        let alone = text.replacingCharacters(in: start.upperBound..<end.lowerBound, with: "")
        #expect(try Bodies.read(Array(alone.utf8), by: source).words == ["0 hint SKU-1001 @ RETAIL "])
    }

    @Test("IDoc: lines are movements by their type, and hints where the table does not know it")
    func idoc() throws {
        let source = try Bodies.example("idoc")
        let bytes = try Bodies.file("sap_idoc_mbgmcr03_event.xml")
        let body = try Bodies.read(bytes, by: source, type: "text/xml; charset=utf-8")
        #expect(
            body.words == [
                "0 movement -12 100001 @ 1000/0001 ST", "1 movement -2 100002 @ 1000/0001 KAR",
                "2 movement 250 100003 @ 1000/0001 ST", "3 movement -1.5 100004 @ 1000/0001 KG",
            ]
        )
        #expect(Set(body.events.map(\.event.identity)).count == 4)
        #expect(body.events[0].event.asOf == Timestamp(rfc3339: "2026-11-23T05:15:00Z"))
        #expect(try Bodies.read(bytes, by: source, type: nil).events.map(\.event) == body.events.map(\.event))
        let text = String(decoding: bytes, as: UTF8.self)
        let transfer = text.replacingOccurrences(of: ">101<", with: ">311<")
        let changed = try Bodies.read(Array(transfer.utf8), by: source, type: "text/xml")
        #expect(changed.words[2] == "2 hint 100003 @ 1000/0001 ST")
    }
}
