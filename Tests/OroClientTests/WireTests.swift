import InventoryCore
import Testing

@testable import HTTPTransport
@testable import OroClient

@Suite("What is read and written")
struct WireTests {
    @Test("a batch body is JSON:API with meta.update and plain decimals")
    func batchBody() {
        let writes = [
            LevelWrite.of("41", 17), LevelWrite(level: "42", quantity: Quantity(millionths: -7_500_000)),
            LevelWrite(level: #"a"b\"#, quantity: Quantity(millionths: 1)),
        ]
        #expect(
            String(decoding: WriteBody.batch(writes), as: UTF8.self)
                == #"{"data":[{"type":"inventorylevels","id":"41","meta":{"update":true},"attributes":{"#
                + #""quantity":"17"}},"#
                + #"{"type":"inventorylevels","id":"42","meta":{"update":true},"attributes":{"#
                + #""quantity":"-7.5"}},"#
                + #"{"type":"inventorylevels","id":"a\"b\\","meta":{"update":true},"attributes":{"#
                + #""quantity":"0.000001"}}]}"#
        )
        #expect(
            String(decoding: WriteBody.single(.of("41", 0)), as: UTF8.self)
                == #"{"data":{"type":"inventorylevels","id":"41","attributes":{"quantity":"0"}}}"#
        )
    }

    @Test("a token request escapes what it is given")
    func tokenBody() {
        let body = WriteBody.token(clientID: "a\"b", clientSecret: Secret("\n\u{1}ü"))
        #expect(
            String(decoding: body, as: UTF8.self)
                == #"{"grant_type":"client_credentials","client_id":"a\"b","client_secret":"\u000a\u0001ü"}"#
        )
    }

    static let page =
        #"{"data":[{"type":"inventorylevels","id":"1","attributes":{"quantity":"1000"},"relationships":{"#
        + #""product":"#
        + #"{"data":{"type":"products","id":"1"}},"productUnitPrecision":{"data":{"#
        + #""type":"productunitprecisions","#
        + #""id":"1"}}}},{"relationships":{"warehouse":{"data":{"id":"7","type":"warehouses"}},"#
        + #""productUnitPrecision":"#
        + #"{"links":{"self":"http:\/\/oro.example"},"data":{"id":"64","type":"productunitprecisions"}},"#
        + #""product":"#
        + #"{"data":{"id":"1","type":"products"}}},"attributes":{"quantity":"12.50000001"},"id":"9","type":"#
        + #""inventorylevels"},{"type":"inventorylevels","id":"10","attributes":{"quantity":"1"},"#
        + #""relationships":"#
        + #"{"product":{"data":{"type":"products","id":"5"}},"productUnitPrecision":{"data":null}}}],"#
        + #""included":["#
        + #"{"type":"products","id":"1","attributes":{"sku":"0RT28"},"relationships":{"#
        + #""primaryUnitPrecision":{"data":"#
        + #"{"type":"productunitprecisions","id":"1"}}}},{"type":"productunitprecisions","id":"1","#
        + #""attributes":"#
        + #"{"precision":0},"relationships":{"unit":{"data":{"type":"productunits","id":"item"}}}},{"type":"#
        + #""productunitprecisions","id":"64","attributes":{"precision":3},"relationships":{"unit":{"#
        + #""data":{"type":"#
        + #""productunits","id":"set"}}}},{"type":"warehouses","id":"7","attributes":{"#
        + #""name":"L\u00fcbeck"}}]}"#

    @Test("a page names each level by SKU, unit and warehouse")
    func levelPage() throws {
        let page = LevelIndexPage(try LevelDocument(Array(WireTests.page.utf8)))
        #expect(
            page.levels == [
                ShopLevel(
                    id: "1",
                    key: LevelKey(sku: "0RT28", unit: "item"),
                    quantity: Quantity(units: 1000),
                    precision: 0,
                    isPrimaryUnit: true,
                    product: "1"
                ),
                ShopLevel(
                    id: "9",
                    key: LevelKey(sku: "0RT28", unit: "set", warehouse: "Lübeck"),
                    quantity: Quantity(millionths: 12_500_001),
                    precision: 3,
                    isPrimaryUnit: false,
                    product: "1"
                ),
            ]
        )
        #expect(page.unnamed == ["10"])
        #expect(page.inexact == ["9"])
        #expect(page.last == "10")
        #expect(!page.isLast)
        #expect(LevelIndexPage(try LevelDocument(Array(#"{"data":[]}"#.utf8))).isLast)
    }

    @Test("a page cut anywhere is not taken for a whole one")
    func cutPage() {
        let bytes = Array(WireTests.page.utf8)
        for length in 0..<bytes.count {
            #expect(throws: JSONError.self) { try LevelDocument(Array(bytes[..<length])) }
        }
    }

    @Test("texts that are not JSON are refused without a crash")
    func malformed() {
        for text in [
            "", "{", "[1,]", #"{"data":}"#, #"{"data":[],}"#, #"{"data":[]}x"#, #"{"data" []}"#,
            #"{data:[]}"#,
            #"{"\x":1,"data":[]}"#, #"{"\u12":1,"data":[]}"#, String(repeating: "[", count: 100_000),
        ] {
            #expect(throws: JSONError.self, "\(text.prefix(40))") { try LevelDocument(Array(text.utf8)) }
        }
    }

    @Test("escapes in strings are resolved")
    func escapes() throws {
        var reader = JSONReader(Array(#"  "a\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00\ud800x" "#.utf8))
        #expect(try reader.text() == "a\"\\/\u{8}\u{C}\n\r\té😀\u{FFFD}x")
        try reader.end()
    }

    @Test("a quantity with more decimals than ours never equals one with fewer")
    func shopQuantities() throws {
        func shown(_ text: String) -> Quantity? { ShopQuantity(text)?.quantity }
        #expect(shown("17") == Quantity(units: 17))
        #expect(ShopQuantity("10.2500000000")?.isExact == true)
        #expect(shown("5.0000001") == Quantity(millionths: 5_000_001))
        #expect(shown("4.9999999") == Quantity(millionths: 4_999_999))
        #expect(shown("-5.0000001") == Quantity(millionths: -5_000_001))
        #expect(shown("0.0000000001") == Quantity(millionths: 1))
        #expect(ShopQuantity("5.0000001")?.isExact == false)
        #expect(shown("9999999999.9999999999") == Quantity(millionths: 9_999_999_999_999_999))
        for text in ["", "abc", "1e3", "1.2.3", "1.0000001x", "99999999999999999999"] {
            #expect(ShopQuantity(text) == nil, "\(text)")
        }
    }
}
