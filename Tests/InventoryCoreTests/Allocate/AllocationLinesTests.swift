import InventoryCore
import Testing

@Suite("Allocations as lines, the fast writer")
struct AllocationLinesTests {
    @Test("the fast writer gives the same bytes as the plain one", arguments: 0..<UInt64(200))
    func agree(seed: UInt64) {
        let random = RandomCase(seed: seed)
        let allocation = random.allocation()
        var fast = AllocationLines(rules: random.rules)
        var (left, right): ([UInt8], [UInt8]) = ([], [])
        // Twice, because the writer reuses its memory.
        for _ in 0..<2 {
            fast.append(allocation, to: &left)
            AllocationText.appendLines(allocation, rules: random.rules, to: &right)
        }
        #expect(left == right, "seed \(seed)")
    }
}
