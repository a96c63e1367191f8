import InventoryCore
import Testing

@Suite("Guards")
struct GuardTests {
    private func statistics(_ change: (inout LocationStatistics) -> Void) -> SnapshotStatistics {
        var counted = LocationStatistics()
        counted.positionsBefore = 1000
        counted.stockedBefore = 1000
        counted.totalBefore = 1_000_000_000
        counted.totalAfter = 1_000_000_000
        change(&counted)
        var statistics = SnapshotStatistics()
        statistics.rows = 1000
        statistics.positions = 1000
        statistics.nonZeroPositions = 900
        statistics.locations = ["L": counted]
        return statistics
    }

    private func codes(_ statistics: SnapshotStatistics, removalsCount: Bool = true) -> [GuardTrip.Code] {
        Guards().trips(on: statistics, removalsCount: removalsCount).map(\.code)
    }

    @Test("an ordinary snapshot trips nothing")
    func ordinary() {
        #expect(codes(statistics { $0.newlyZero = 100 }).isEmpty)
        #expect(codes(statistics { $0.absent = 50 }).isEmpty)
    }

    @Test("no rows, or nothing but zeros, is refused")
    func emptyAndAllZero() {
        #expect(codes(SnapshotStatistics()) == [.empty])
        var zeros = statistics { _ in }
        zeros.nonZeroPositions = 0
        #expect(codes(zeros) == [.allZero])
    }

    @Test("limits are tripped just above them")
    func limits() {
        #expect(codes(statistics { $0.newlyZero = 101 }) == [.newlyZero])
        #expect(codes(statistics { $0.absent = 51 }) == [.absentRows])
        #expect(codes(statistics { $0.absent = 51 }, removalsCount: false).isEmpty)
        #expect(codes(statistics { $0.totalAfter = 699_000_000 }) == [.totalChange])
        #expect(codes(statistics { $0.totalAfter = 2_001_000_000 }) == [.totalChange])
        var rejected = statistics { _ in }
        rejected.rejected = 11
        #expect(codes(rejected) == [.rejectedRows])
    }

    @Test("held zeros let a location's other decreases through, and no other location waits")
    func heldZeros() {
        let held = HeldDeltas(trips: [GuardTrip(code: .newlyZero, location: "L", message: "")])
        func delta(_ location: Location, _ before: Int64, _ after: Int64) -> Delta {
            Delta(
                key: PositionKey(sku: "A", location: location, unit: ""),
                change: .changed(from: Quantity(units: before), to: Quantity(units: after))
            )
        }
        #expect(held.holds(delta("L", 5, 0)))
        #expect(held.holds(delta("L", 5, 9)))
        #expect(!held.holds(delta("L", 5, 4)))
        #expect(!held.holds(delta("M", 5, 0)))
    }

    @Test("an older snapshot, or the same number with other content, is refused")
    func highWaterMark() throws {
        let accepted = HighWaterMark(source: "erp", asOf: Timestamp(microseconds: 10), sequence: 7, digest: "a")
        func later(_ asOf: Int64, _ sequence: Int64, _ digest: String) -> HighWaterMark {
            HighWaterMark(source: "erp", asOf: Timestamp(microseconds: asOf), sequence: sequence, digest: digest)
        }
        #expect(accepted.trip(on: later(10, 7, "a")) == nil)
        #expect(accepted.trip(on: later(11, 8, "b")) == nil)
        #expect(accepted.trip(on: later(9, 8, "b"))?.code == .stale)
        #expect(accepted.trip(on: later(11, 6, "b"))?.code == .stale)
        #expect(accepted.trip(on: later(11, 7, "b"))?.code == .sameSequence)
    }

    @Test("a contract that does not match what arrived is refused")
    func contract() {
        let contract = SnapshotContract(rows: 3, sha256: "AB")
        #expect(contract.trip(rows: 3, sha256: "ab") == nil)
        #expect(contract.trip(rows: 2, sha256: "ab")?.code == .rowCount)
        #expect(contract.trip(rows: 3, sha256: "ac")?.code == .checksum)
    }
}
