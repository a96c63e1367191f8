import TestSupport
import Testing

@testable import InventoryCore

@Suite("Highest averages")
struct HighestAveragesTests {
    private func divide(_ supply: Int64, _ grain: Int64, _ weights: [Int64]) -> [Int64] {
        var claims = weights.map { HighestAverages.Claim(weight: $0) }
        HighestAverages.divide(supply, granularity: grain, among: &claims)
        return claims.map(\.units)
    }

    @Test("the worked example's shares are rounded by highest averages")
    func workedExample() {
        #expect(divide(85, 1, [50, 30, 20]) == [43, 25, 17])
        #expect(divide(10, 1, [60, 60, 20]) == [5, 4, 1])
        #expect(divide(11, 1, [60, 60, 20]) == [5, 5, 1])
    }

    @Test("of equal averages the earlier claim wins")
    func ties() {
        #expect(divide(1, 1, [7, 7, 7]) == [1, 0, 0])
        #expect(divide(5, 1, [7, 7, 7]) == [2, 2, 1])
    }

    @Test("no claim gets more than it wants, and a claim for nothing gets nothing")
    func caps() {
        #expect(divide(100, 1, [3, 0, 4]) == [3, 0, 4])
        #expect(divide(100, 10, [35, 5, 60]) == [3, 0, 6])
        #expect(divide(0, 1, [3, 4]) == [0, 0])
        #expect(divide(9, 10, [30, 40]) == [0, 0])
        #expect(divide(5, 1, []).isEmpty)
    }

    @Test("dividing at once gives the same as giving unit by unit", arguments: 0..<UInt64(6))
    func agreesWithTwin(block: UInt64) {
        for seed in block * 500..<(block + 1) * 500 {
            var random = SplitMix64(state: seed)
            let count = Int.random(in: 0...7, using: &random)
            let greatest: Int64 = random.pick([3, 20, 300])
            let weights = (0..<count).map { _ in Int64.random(in: 0...greatest, using: &random) }
            let supply = Int64.random(in: 0...greatest * 4, using: &random)
            let grain: Int64 = random.pick([1, 1, 1, 2, 7])
            let slow = LiteralAllocation.unitByUnit(supply, grain, weights).map { $0 / grain }
            #expect(divide(supply, grain, weights) == slow, "seed \(seed)")
        }
    }

    @Test("more supply never shrinks a share (I7)", arguments: 0..<UInt64(4))
    func monotone(block: UInt64) {
        for seed in block * 25..<(block + 1) * 25 {
            var random = SplitMix64(state: seed)
            let weights = (0..<Int.random(in: 2...6, using: &random)).map { _ in
                Int64.random(in: 0...40, using: &random)
            }
            var before = divide(0, 1, weights)
            for supply in 1...max(1, weights.reduce(0, +)) {
                let after = divide(supply, 1, weights)
                #expect(zip(before, after).allSatisfy { $0 <= $1 }, "seed \(seed), supply \(supply)")
                before = after
            }
        }
    }

    @Test(
        "the greatest supplies are divided exactly, without a loop over their units",
        arguments: 0..<UInt64(200)
    )
    func greatNumbers(seed: UInt64) {
        var random = SplitMix64(state: seed)
        let weights = (0..<8).map { _ in Int64.random(in: 0...Int64.max, using: &random) }
        let supply = Int64.random(in: 0...Int64.max, using: &random)
        let units = divide(supply, 1, weights)
        let total = weights.reduce(Int128(0)) { $0 + Int128($1) }
        #expect(units.reduce(Int128(0)) { $0 + Int128($1) } == min(total, Int128(supply)))
        // Every unit given had at least the average of every unit not given; among equals the earlier claim
        // wins.
        for winner in units.indices where units[winner] > 0 {
            for loser in units.indices where loser != winner && units[loser] < weights[loser] {
                let given = Int128(weights[winner]) * Int128(units[loser] + 1)
                let refused = Int128(weights[loser]) * Int128(units[winner])
                #expect(given > refused || (given == refused && winner < loser), "seed \(seed)")
            }
        }
    }
}
