import InventoryCore
import Testing

@Suite("Guards")
struct GuardTests {
    private func statistics(_ change: (inout LocationStatistics) -> Void) -> SnapshotStatistics {
        var counted = LocationStatistics()
        counted.positionsBefore = 1000
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

    @Test("a snapshot without rows, or with nothing but zeros, is refused")
    func emptyAndAllZero() {
        #expect(codes(SnapshotStatistics()) == [.empty])
        var zeros = statistics { _ in }
        zeros.nonZeroPositions = 0
        #expect(codes(zeros) == [.allZero])
    }

    @Test("positions not stated count as absent only in a full snapshot")
    func absentTotal() {
        func few(_ after: Int128) -> SnapshotStatistics {
            statistics {
                $0.absent = 10
                $0.totalAbsent = 900_000_000
                $0.totalAfter = after
            }
        }
        #expect(codes(few(100_000_000)) == [.totalChange])
        #expect(codes(few(100_000_000), removalsCount: false).isEmpty)
        #expect(codes(few(1_101_000_000), removalsCount: false) == [.totalChange])
    }

    @Test("a guard trips just above its limit, not at it")
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

    private func delta(_ sku: SKU, _ location: Location, _ before: Int64, _ after: Int64) -> Delta {
        Delta(
            key: PositionKey(sku: sku, location: location, unit: ""),
            change: .changed(from: Quantity(units: before), to: Quantity(units: after))
        )
    }

    private func judge(
        _ deltas: [Delta],
        _ statistics: SnapshotStatistics,
        scope: SnapshotScope = .full,
        isRepeated: Bool = false,
        absentBefore: [PositionKey: Int] = [:]
    ) -> Judgement {
        Judgement(
            deltas: deltas,
            statistics: statistics,
            scope: scope,
            isRepeated: isRepeated,
            promised: [],
            absentBefore: absentBefore,
            thresholds: GuardThresholds()
        )
    }

    @Test("held zeros let a location's other decreases through, and no other location waits")
    func heldZeros() {
        let deltas = [
            delta("out", "L", 5, 0), delta("up", "L", 5, 9), delta("down", "L", 5, 4),
            delta("out", "M", 5, 0),
        ]
        let judgement = judge(deltas, statistics { $0.newlyZero = 500 })
        #expect(judgement.held.map(\.delta) == [deltas[0], deltas[1]])
        #expect(judgement.held.map(\.reason) == [.newlyZero, .newlyZero])
        #expect(judgement.accepted == [deltas[2], deltas[3]])
    }

    @Test(
        "a missing position counts as gone in the second full snapshot without it, and never in a partial one"
    )
    func removals() {
        let key = PositionKey(sku: "A", location: "L", unit: "")
        let removed = Delta(key: key, change: .removed(Quantity(units: 3)))
        let first = judge([removed], statistics { _ in })
        #expect(first.accepted.isEmpty)
        #expect(first.absences.map(\.count) == [1])
        let second = judge([removed], statistics { _ in }, absentBefore: [key: 1])
        #expect(second.accepted == [removed])
        #expect(second.absencesEnded == [key])
        let back = judge([], statistics { _ in }, absentBefore: [key: 1])
        #expect(back.absencesEnded == [key])
        let partial = judge([removed], statistics { _ in }, scope: .partial, absentBefore: [key: 1])
        #expect(partial.accepted.isEmpty && partial.absences.isEmpty && partial.absencesEnded.isEmpty)
    }

    @Test("a repeated snapshot is held for the same reasons, and counts no absence twice")
    func repeated() {
        let key = PositionKey(sku: "A", location: "L", unit: "")
        let removed = Delta(key: key, change: .removed(Quantity(units: 3)))
        let changed = delta("B", "L", 5, 4)
        let half = statistics {
            $0.absent = 500
            $0.totalAbsent = 500_000_000
            $0.totalAfter = 500_000_000
        }
        for isRepeated in [false, true] {
            let judgement = judge([removed, changed], half, isRepeated: isRepeated)
            #expect(judgement.trips.map(\.code) == [.absentRows, .totalChange])
            #expect(judgement.held.map(\.delta) == [changed])
            #expect(judgement.accepted.isEmpty)
            #expect(judgement.absences.map(\.count) == (isRepeated ? [] : [1]))
        }
        let second = judge([removed], statistics { _ in }, isRepeated: true, absentBefore: [key: 1])
        #expect(second.accepted.isEmpty && second.absencesEnded.isEmpty)
    }

    @Test("an older snapshot, or the same number with other content, is refused")
    func highWaterMark() throws {
        let accepted = HighWaterMark(
            source: "erp",
            asOf: Timestamp(microseconds: 10),
            sequence: 7,
            digest: "a"
        )
        func later(_ asOf: Int64, _ sequence: Int64, _ digest: String) -> HighWaterMark {
            HighWaterMark(
                source: "erp",
                asOf: Timestamp(microseconds: asOf),
                sequence: sequence,
                digest: digest
            )
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
