import InventoryCore
import TestSupport
import Testing

@Suite("Byte order")
struct ByteOrderTests {
    @Test("elements are sorted by the bytes of their texts, equal ones keep their order", arguments: 0..<60)
    func order(seed: UInt64) {
        var random = SplitMix64(state: seed)
        let alphabet: [String] = ["A", "B", "-", "é", "\u{0}", "ÿ", "日本", "", "AAAAAAAA"]
        let elements = (0..<200).map { number -> (sku: SKU, number: Int) in
            let text = (0..<Int.random(in: 0...6, using: &random))
                .map { _ in alphabet[Int.random(in: 0..<alphabet.count, using: &random)] }
            return (SKU(text.joined()), number)
        }
        let sorted = elements.sorted(byBytesOf: \.sku)
        let expected = elements.sorted {
            let (left, right) = (Array($0.sku.text.utf8), Array($1.sku.text.utf8))
            return left == right ? $0.number < $1.number : left.lexicographicallyPrecedes(right)
        }
        #expect(sorted.map(\.number) == expected.map(\.number))
    }
}
