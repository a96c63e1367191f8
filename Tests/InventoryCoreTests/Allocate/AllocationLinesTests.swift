import InventoryCore
import Testing

@Suite("Allocations as lines, fast")
struct AllocationLinesTests {
    @Test("the fast lines are those of the plain writer", arguments: 0..<UInt64(200))
    func agree(seed: UInt64) {
        let random = RandomCase(seed: seed)
        let allocation = random.allocation()
        var fast = AllocationLines(rules: random.rules)
        var (left, right): ([UInt8], [UInt8]) = ([], [])
        // Twice, because the writer keeps its memory.
        for _ in 0..<2 {
            fast.append(allocation, to: &left)
            AllocationText.appendLines(allocation, rules: random.rules, to: &right)
        }
        #expect(left == right, "seed \(seed)")
    }
}
