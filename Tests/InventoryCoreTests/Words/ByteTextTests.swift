import InventoryCore
import TestSupport
import Testing

@Suite("Byte texts")
struct ByteTextTests {
    /// Short and long texts made of few different bytes, so that many are equal; some share their memory.
    private func text(_ random: inout SplitMix64) -> String {
        let parts = ["", "a", "ab", "e\u{301}", "\u{e9}", "\0", "0123456789abcdef"]
        let text = (0..<Int.random(in: 0...3, using: &random)).map { _ in
            parts.randomElement(using: &random) ?? ""
        }
        .joined()
        guard Bool.random(using: &random) else { return text }
        var copy = ""
        copy.reserveCapacity(64)
        copy += text
        return copy
    }

    @Test("texts are compared, ordered and hashed by their bytes", arguments: 0..<20)
    func asTheirBytes(seed: UInt64) {
        var random = SplitMix64(state: seed)
        for _ in 0..<500 {
            let (left, right) = (text(&random), text(&random))
            let (a, b) = (Array(left.utf8), Array(right.utf8))
            #expect((SKU(left) == SKU(right)) == (a == b))
            #expect((SKU(left) < SKU(right)) == a.lexicographicallyPrecedes(b))
            if a == b { #expect(SKU(left).hashValue == SKU(right).hashValue) }
        }
    }
}
