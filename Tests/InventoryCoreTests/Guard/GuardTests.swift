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

    private func codes(_ statistics: SnapshotStatistics, _ scope: SnapshotScope = .full) -> [GuardTrip.Code] {
        Guards().trips(on: statistics, scope: scope).map(\.code)
    }

    @Test("an ordinary delivery trips nothing")
    func ordinary() {
        #expect(codes(statistics { $0.newlyZero = 100 }).isEmpty)
        #expect(codes(statistics { $0.absent = 50 }).isEmpty)
    }

    @Test("a delivery without rows is refused, and a full one with nothing but zeros; a partial one may")
    func emptyAndAllZero() {
        #expect(codes(SnapshotStatistics()) == [.empty])
        var zeros = statistics { _ in }
        zeros.nonZeroPositions = 0
        #expect(codes(zeros) == [.allZero])
        #expect(codes(zeros, .partial).isEmpty)
    }

    @Test("what is not stated keeps its figure, and is no change of the total")
    func absentTotal() {
        func few(_ after: Int128) -> SnapshotStatistics {
            statistics {
                $0.absent = 10
                $0.totalAbsent = 900_000_000
                $0.totalAfter = after
            }
        }
        #expect(codes(few(100_000_000)).isEmpty)
        #expect(codes(few(1_100_000_000)) == [.totalRise])
    }

    @Test("a guard on counts trips just above its limit, one on totals at it")
    func limits() {
        #expect(codes(statistics { $0.newlyZero = 101 }) == [.newlyZero])
        #expect(codes(statistics { $0.absent = 51 }) == [.absentRows])
        #expect(codes(statistics { $0.absent = 51 }, .partial).isEmpty)
        #expect(codes(statistics { $0.totalAfter = 700_000_000 }) == [.totalDrop])
        #expect(codes(statistics { $0.totalAfter = 700_000_001 }).isEmpty)
        #expect(codes(statistics { $0.totalAfter = 2_000_000_000 }) == [.totalRise])
        #expect(codes(statistics { $0.totalAfter = 1_999_999_999 }).isEmpty)
        var rejected = statistics { _ in }
        rejected.rejected = 11
        #expect(codes(rejected) == [.rejectedRows])
    }

    @Test("four in ten of a few are too many, and of fewer than five nothing is")
    func few() {
        func zeros(_ count: Int, of all: Int) -> [GuardTrip.Code] {
            codes(
                statistics {
                    ($0.newlyZero, $0.positionsBefore) = (count, all)
                    ($0.totalBefore, $0.totalAfter) = (0, 0)
                }
            )
        }
        #expect(zeros(25, of: 60) == [.newlyZero])
        #expect(zeros(24, of: 60).isEmpty)
        #expect(zeros(3, of: 5) == [.newlyZero])
        #expect(zeros(2, of: 5).isEmpty)
        #expect(zeros(4, of: 4).isEmpty)
    }

    @Test("a location that is new, or whose total was not above zero, is judged by its total too")
    func newLocation() {
        func total(_ before: Int128, _ after: Int128, _ positions: Int) -> [GuardTrip.Code] {
            codes(
                statistics {
                    ($0.totalBefore, $0.totalAfter) = (before, after)
                    ($0.positionsBefore, $0.positionsAfter) = (before == 0 ? 0 : positions, positions)
                }
            )
        }
        #expect(total(0, 20_000_000, 20) == [.totalRise])
        #expect(total(0, 20_000_000, 19).isEmpty)
        #expect(total(-5_000_000, 5_000_000, 20) == [.totalRise])
        #expect(total(5_000_000, 0, 20) == [.totalDrop])
    }

    @Test("a line that a stray quote swallows counts as many, and a repeated header refuses the delivery")
    func linesAndHeaders() {
        var swallowed = statistics { _ in }
        (swallowed.rejected, swallowed.rejectedLines) = (1, 100)
        #expect(codes(swallowed) == [.rejectedRows])
        var repeated = statistics { _ in }
        repeated.repeatedHeaders = 1
        #expect(codes(repeated) == [.repeatedHeader])
    }

    @Test("what everything is listed twice in is held, and an end inside a line is refused where it is new")
    func shape() {
        func codes(rows: Int, endsInside: Bool, before: Bool) -> [GuardTrip.Code] {
            var now = statistics { _ in }
            (now.rows, now.endsInsideLine) = (rows, endsInside)
            let accepted = AcceptedShape(rows: 1000, positions: 1000, endsInsideLine: before)
            return Guards().trips(on: now, scope: .full, accepted: accepted).map(\.code)
        }
        #expect(codes(rows: 1499, endsInside: false, before: false).isEmpty)
        #expect(codes(rows: 1500, endsInside: false, before: false) == [.rowsPerPosition])
        #expect(codes(rows: 1000, endsInside: true, before: false) == [.endsInsideRow])
        #expect(codes(rows: 1000, endsInside: true, before: true).isEmpty)
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
