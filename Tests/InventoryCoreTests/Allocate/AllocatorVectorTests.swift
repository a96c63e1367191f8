import InventoryCore
import Testing

@Suite("Allocation, against the specification's vectors")
struct AllocatorVectorTests {
    @Test("every vector gives the stated quantities", arguments: try RingFencingVectors.load())
    func vector(_ vector: RingFencingVectors.Case) throws {
        let rules = try vector.input.rules()
        let allocator = Allocator(rules: rules, at: Timestamp(microseconds: 0))
        let allocation = allocator.allocate(try vector.input.stock(for: rules))
        #expect(allocation.net.description == vector.expect.net)
        #expect(allocation.safetyHeld.description == vector.expect.safety_held)
        #expect(allocation.pool.description == vector.expect.pool)
        #expect(allocation.shared.description == vector.expect.shared)
        #expect(allocation.findings.map(\.code.rawValue) == vector.expect.exceptions)
        var carved: [String: String] = [:]
        var published: [String: String] = [:]
        for (fence, share) in zip(rules.fences, allocation.fences) {
            carved[fence.id.text] = share.carved.description
            published[fence.id.text] = share.published.description
        }
        #expect(carved == vector.expect.carved)
        #expect(published == vector.expect.published)
    }
}
