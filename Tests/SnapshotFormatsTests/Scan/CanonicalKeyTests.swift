import InventoryCore
import SnapshotFormats
import TestSupport
import Testing

@Suite("The byte form of a position's key")
struct CanonicalKeyTests {
    private static func key(_ bytes: [UInt8]) -> PositionKey? {
        bytes.withUnsafeBufferPointer { CanonicalKey.key($0) }
    }

    @Test("can be read back, and no two keys share one", arguments: UInt64(0)..<20)
    func roundTrip(seed: UInt64) throws {
        var random = SplitMix64(state: seed)
        func text() -> String {
            let pieces = ["", ",", "\u{1}", "\u{2}", "A", "é", ",,", "\u{1}\u{2}", "1"]
            return (0..<random.below(4)).map { _ in random.pick(pieces) }.joined()
        }
        var forms: [[UInt8]: PositionKey] = [:]
        for _ in 0..<2_000 {
            let key = PositionKey(
                sku: SKU(text()),
                location: Location(text()),
                unit: StockUnit(text()),
                bin: Bin(text())
            )
            let bytes = CanonicalKey.bytes(of: key)
            try #require(Self.key(bytes) == key)
            try #require(bytes.starts(with: CanonicalKey.prefix(of: key.sku)))
            try #require(forms.updateValue(key, forKey: bytes) ?? key == key)
        }
    }

    @Test("is what it was before there were bins where there is none")
    func withoutBin() {
        let key = PositionKey(sku: "A,1", location: "WH", unit: "EA")
        #expect(CanonicalKey.bytes(of: key) == Array("A\u{1}\u{2}1,WH,EA".utf8))
        let binned = PositionKey(sku: "A,1", location: "WH", unit: "EA", bin: "B,2")
        #expect(CanonicalKey.bytes(of: binned) == Array("A\u{1}\u{2}1,WH,EA,B\u{1}\u{2}2".utf8))
    }

    @Test(
        "other bytes are none",
        arguments: ["", "A", "A,WH", "A,WH,EA,", "A,WH,EA,B,", "A,WH,EA,B,C", ",,,"]
    )
    func refuses(text: String) {
        #expect(Self.key(Array(text.utf8)) == nil)
    }

    @Test("keys sort by SKU, location, unit and bin")
    func sorts() {
        let keys = [("L", "CS", "B"), ("L", "EA", ""), ("L", "EA", "A"), ("L", "EA", "B"), ("M", "CS", "A")]
            .map { PositionKey(sku: "A", location: Location($0), unit: StockUnit($1), bin: Bin($2)) }
        #expect(keys.reversed().sorted() == keys)
    }
}
