import InventoryCore
import SnapshotFormats
import TestSupport
import Testing

@testable import TidegateService
@testable import TidegateSettings

@Suite("Hostile bodies")
struct HostileBodyTests {
    private func code(_ bytes: [UInt8], type: String? = "application/json") -> String? {
        do throws(Fault) {
            _ = try Bodies.read(bytes, type: type)
            return nil
        } catch {
            return error.code.rawValue
        }
    }

    @Test("given what is no JSON, the place is named")
    func places() throws {
        for (text, place) in [
            ("", "byte 0"), ("[", "byte 1"), ("{\"sku\":\"A\"", "byte 10"), ("[{}] x", "byte 5"),
            ("[\n{\"sku\" \"A\"}]", "byte 9"), ("{\"sku\":\"A\nB\"}", "byte 9"), ("{\"sku\":01}", "byte 7"),
            ("{\"sku\":\"\\x\"}", "byte 8"), ("{\"sku\":nul}", "byte 7"), ("{\"sku\":1.}", "byte 9"),
            ("{,}", "byte 1"),
        ] {
            let fault = #expect(throws: Fault.self) { try Bodies.read(text) }
            #expect(fault?.code == EventCode.badBody)
            #expect(fault?.message.contains("at \(place):") == true, "\(text): \(fault?.message ?? "")")
        }
        let fault = #expect(throws: Fault.self) { try Bodies.read("[{},\n{},\n{]") }
        #expect(fault?.line == 3)
    }

    @Test("given lenient answers, a body that cannot be read is one rejected item")
    func lenient() throws {
        let body = try Bodies.read("[{", answers: .lenient)
        #expect(body.marks == ["0 bad_body"])
        #expect(body.count == 1)
    }

    @Test("given too much of anything, it is refused and not read")
    func bounds() throws {
        let deep = String(repeating: "[", count: 33)
        #expect(code(Array((#"{"sku":"# + deep).utf8)) == "bad_body")
        #expect(code([UInt8](repeating: UInt8(ascii: "["), count: 8 << 20)) == "bad_body")
        #expect(code([UInt8](repeating: 0x20, count: 8 << 20 | 1)) == "body_too_large")
        let item = #"{"sku":"A"}"#
        let most = "[" + String(repeating: item + ",", count: 9999) + item + "]"
        #expect(try Bodies.read(most).events.count == 10_000)
        #expect(
            code(Array(("[" + String(repeating: item + ",", count: 10_000) + item + "]").utf8))
                == "too_many_items"
        )
        let lines = Array(String(repeating: item + "\n", count: 10_001).utf8)
        #expect(code(lines, type: "application/x-ndjson") == "too_many_items")
        let skus = Array(repeating: #""A""#, count: 1001).joined(separator: ",")
        #expect(try Bodies.read(#"{"skus":[\#(skus)]}"#).marks == ["0 wrong_member"])
        let long = String(repeating: "a", count: 256)
        #expect(try Bodies.read(#"{"sku":"\#(long)"}"#).marks == ["0 bad_text"])
        #expect(try Bodies.read(#"{"id":"\#(long)","sku":"A"}"#).marks == ["0 bad_text"])
    }

    @Test("given an endless number, it is refused by its digits")
    func numbers() throws {
        for digits in [String(repeating: "9", count: 1_000_000), "1" + String(repeating: "0", count: 30)] {
            let text = #"{"sku":"A","net":\#(digits),"as_of":"2026-11-29T10:00:00Z"}"#
            #expect(try Bodies.read(text).marks == ["0 bad_amount"])
            #expect(try #require(try Bodies.read(text).rejected.first).detail.utf8.count < 300)
        }
    }

    @Test("given media types that are not taken, they are refused")
    func mediaTypes() throws {
        for type in [
            "text/plain", "application/cloudevents+xml", "application/json; charset=utf-16", "", "a/b/c",
            "multipart/form-data; boundary=x",
        ] {
            #expect(code(Array(Bodies.level.utf8), type: type) == "unsupported_media_type", "\(type)")
        }
        #expect(code(Array("<a/>".utf8), type: "application/xml") == "unsupported_media_type")
        #expect(
            code(Array("a=b".utf8), type: "application/x-www-form-urlencoded") == "unsupported_media_type"
        )
        #expect(code(Array(Bodies.level.utf8), type: "Application/JSON ; Charset=\"UTF-8\"") == nil)
    }

    @Test("given bytes that are no UTF-8, the body is refused at the first of them")
    func encodings() throws {
        for (bytes, offset) in [
            ([0xFF], 0), ([0x22, 0xC3, 0x28], 1), ([0x5B, 0xED, 0xA0, 0x80], 1), ([0xC0, 0x80], 0),
            (Array(repeating: 0x20, count: 17) + [0xF5], 17),
        ] as [([UInt8], Int)] {
            let fault = #expect(throws: Fault.self) { try Bodies.read(bytes) }
            #expect(fault?.message.contains("byte \(offset):") == true, "\(bytes)")
        }
        let umlauts = #"{"sku":"Schraube-Größe-16-🔩","location":"Köln"}"#
        #expect(try Bodies.read(umlauts).words == ["0 hint Schraube-Größe-16-🔩 @ Köln "])
    }

    @Test("given a body cut off at any byte, it is refused or whole, and never more than it says")
    func truncated() throws {
        for type in ["application/json", "application/x-ndjson", "application/cloudevents+json"] {
            let whole = Array("[\(Bodies.level),{\"skus\":[\"\\u00e9\"]},\(Bodies.movement)]".utf8)
            for count in 0..<whole.count {
                let bytes = Array(whole.prefix(count))
                if type == "application/json" {
                    #expect(code(bytes, type: type) == "bad_body")
                } else {
                    _ = code(bytes, type: type)
                }
            }
        }
    }

    @Test(
        "given a body with bytes changed by chance, every item is an event, rejected or ignored",
        arguments: 0..<40
    )
    func changed(seed: UInt64) throws {
        var random = SplitMix64(state: seed)
        let whole = Array(
            "[\(Bodies.level),\(Bodies.movement),{\"sku\":\"A\\u00e9\\/\",\"location\":\"B\"}]".utf8
        )
        for _ in 0..<200 {
            var bytes = whole
            for _ in 0...random.below(3) {
                let place = random.below(bytes.count)
                switch random.below(3) {
                case 0: bytes[place] = UInt8(random.below(256))
                case 1: bytes.remove(at: place)
                default: bytes.insert(random.pick(Array(#"{}[]",:\0e-."#.utf8)), at: place)
                }
            }
            guard let body = try? Bodies.read(bytes) else { continue }
            let known = Set(body.events.map(\.index)).union(body.rejected.map(\.index))
            #expect(known.count + body.ignored == body.count)
            for (_, event) in body.events {
                #expect(event.identity.digest.count == 32)
                if let sku = event.sku { #expect(KeyLimits.allow(sku.text) && !sku.text.isEmpty) }
            }
        }
    }
}
