import InventoryCore
import Testing

@testable import TidegateService

@Suite("The identity of an event")
struct EventIdentityTests {
    private func identities(
        _ text: String,
        headers: [String: [String]] = [:],
        at time: Timestamp = Bodies.now
    ) throws -> [EventIdentity] {
        try Bodies.read(text, headers: headers, at: time).events.map(\.event.identity)
    }

    @Test("given an id, nothing else counts")
    func own() throws {
        let first = try identities(#"{"id":"7","sku":"A"}"#)
        let later = try identities(
            #"[{"sku":"B","id":"8"},{"sku":"C","id":"7"}]"#,
            headers: ["idempotency-key": ["k"]],
            at: Bodies.now.adding(seconds: 60)
        )
        #expect(first[0] == later[1])
        #expect(first[0] != later[0])
        #expect(first[0].digest.count == 32)
    }

    @Test("given the key of a request, an item without an id is named by it and its index")
    func requestKey() throws {
        let text = #"[{"sku":"A"},{"sku":"A"}]"#
        let first = try identities(text, headers: ["webhook-id": ["msg_1"]])
        let again = try identities(
            text,
            headers: ["webhook-id": ["msg_1"]],
            at: Bodies.now.adding(seconds: 9)
        )
        let other = try identities(text, headers: ["webhook-id": ["msg_2"]])
        #expect(first == again)
        #expect(Set(first + other).count == 4)
    }

    @Test("given a level without any id, its content names it, however it is written")
    func content() throws {
        let first = try identities(
            #"{"sku":"A","location":"L","net":"5.0","as_of":"2026-11-29T10:00:00Z"}"#
        )
        let same = try identities(
            #"{"as_of":"2026-11-29T11:00:00+01:00", "net":5,"location":"L","sku":"\u0041"}"#,
            at: Bodies.now.adding(seconds: 60)
        )
        let other = try identities(#"{"sku":"A","location":"L","net":"6","as_of":"2026-11-29T10:00:00Z"}"#)
        #expect(first == same)
        #expect(first != other)
    }

    @Test("given a hint without id and time, the same words later are another hint")
    func hints() throws {
        let words = #"{"sku":"A"}"#
        #expect(try identities(words) != identities(words, at: Bodies.now.adding(seconds: 1)))
        let timed = #"{"sku":"A","as_of":"2026-11-29T10:00:00Z"}"#
        #expect(try identities(timed) == identities(timed, at: Bodies.now.adding(seconds: 1)))
    }

    @Test("given parts that together have the same letters, the identities differ")
    func boundaries() throws {
        let time = #""net":1,"as_of":"2026-11-29T10:00:00Z"}"#
        #expect(
            try identities(#"{"sku":"AB","location":"C","# + time)
                != identities(#"{"sku":"A","location":"BC","# + time)
        )
    }

    @Test("given CloudEvents, source and id together name the event")
    func cloudEvents() throws {
        func identity(_ source: String, _ id: String) throws -> [EventIdentity] {
            let type = "tidegate.stock.hint.v1"
            let text = #"{"specversion":"1.0","source":"\#(source)","id":"\#(id)","type":"\#(type)","#
            return try Bodies.read(
                text + #""data":{"sku":"A"}}"#,
                type: "application/cloudevents+json",
                at: Bodies.now.adding(seconds: Int64(id.count))
            ).events.map(\.event.identity)
        }
        #expect(try identity("/erp", "1") == identity("/erp", "1"))
        #expect(try identity("/erp", "1") != identity("/erp", "12"))
        #expect(try identity("/erp1", "1") != identity("/erp", "11"))
    }
}
