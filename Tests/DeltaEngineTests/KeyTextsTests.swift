import InventoryCore
import SnapshotFormats
import TestSupport
import Testing

@testable import DeltaEngine

@Suite("Texts of keys")
struct KeyTextsTests {
    @Test("give location, unit and bin of each key, however many share a slot", arguments: 0..<8)
    func rest(seed: UInt64) throws {
        var random = SplitMix64(state: seed)
        var texts = KeyTexts()
        for _ in 0..<5_000 {
            let location = Location(
                ["", "A,B", "\"", "L-\(Int.random(in: 0..<3_000, using: &random))"][
                    Int.random(in: 0..<4, using: &random)
                ]
            )
            let unit = StockUnit(["", "EA", "a,\"b"][Int.random(in: 0..<3, using: &random)])
            let bin = Bin(["", "", "B,1", "\u{1}", "B-\(random.below(3_000))"][random.below(5)])
            let key = PositionKey(sku: SKU("S-1"), location: location, unit: unit, bin: bin)
            let prefix = CanonicalKey.prefix(of: key.sku).count
            let found = CanonicalKey.bytes(of: key).withUnsafeBufferPointer {
                texts.rest(of: $0, after: prefix)
            }
            try #require(found == (location, unit, bin))
        }
    }
}
