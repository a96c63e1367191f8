import FoundationEssentials
import InventoryCore
import StateStore
import Testing

@Suite("The archive of plans")
struct PlanArchiveTests {
    private static func plan(_ quantity: Int64) -> PushPlan {
        let key = LevelKey(sku: "AB-1", unit: "item", warehouse: nil)
        return PushPlan(
            wanted: [WantedLevel(key: key, quantity: Quantity(units: quantity))],
            rulesVersion: "r"
        ) {
            _ in nil
        }
    }

    private static func keep(_ quantity: Int64, of run: RunID, in archive: SnapshotArchive) throws {
        try archive.keep(PlanCopy(plan(quantity)), of: run)
    }

    private static func read(_ run: RunID, in archive: SnapshotArchive) throws -> [PushPlan]? {
        try archive.plans(of: run)?.compactMap { PushPlan(bytes: $0) }
    }

    private static func archive(_ state: TemporaryState, keep: Int) -> SnapshotArchive {
        var limits = SnapshotArchive.Limits()
        limits.snapshotsMax = keep
        return SnapshotArchive(folder: state.folder, limits: limits)
    }

    @Test("gives each plan of a run back, the oldest first, with the digest it had")
    func keeps() throws {
        let state = try TemporaryState()
        let archive = Self.archive(state, keep: 3)
        #expect(try Self.read("run-1", in: archive) == nil)
        try Self.keep(1, of: "run-1", in: archive)
        try Self.keep(2, of: "run-1", in: archive)
        #expect(try Self.read("run-1", in: archive) == [Self.plan(1), Self.plan(2)])
        #expect(try PlanCopy(Self.plan(1)).digest == Self.plan(1).digest)
        try archive.discardPlans(of: "run-1")
        #expect(try Self.read("run-1", in: archive) == nil)
    }

    @Test("of a file that is cut off gives what is whole, and of other bytes nothing")
    func damaged() throws {
        let state = try TemporaryState()
        let archive = Self.archive(state, keep: 3)
        try Self.keep(1, of: "run-1", in: archive)
        try Self.keep(2, of: "run-1", in: archive)
        let file = URL(filePath: state.folder.archivePath + "/run-1.plans")
        let whole = try Data(contentsOf: file)
        try whole.dropLast().write(to: file)
        #expect(try Self.read("run-1", in: archive) == [Self.plan(1)])
        try Data([1, 2, 3]).write(to: file)
        #expect(try Self.read("run-1", in: archive) == [])
        try Data().write(to: file)
        #expect(try Self.read("run-1", in: archive) == [])
    }

    @Test("goes with the snapshots: what is older than all of a full archive goes")
    func prunes() throws {
        let state = try TemporaryState()
        let archive = Self.archive(state, keep: 2)
        for run in 1...5 {
            try Self.keep(Int64(run), of: RunID("run-\(run)"), in: archive)
            // Every second run has read something new.
            if run % 2 == 1 { try archive.begin(RunID("run-\(run)")).finish() }
        }
        #expect(try archive.snapshots().map(\.run) == ["run-5", "run-3"])
        for run in 1...5 {
            #expect(try (Self.read(RunID("run-\(run)"), in: archive) != nil) == (run >= 3), "\(run)")
        }
        // What is approved of an old run is as new as the approval.
        try Self.keep(9, of: "run-2", in: archive)
        try archive.removeLeftovers()
        #expect(try Self.read("run-2", in: archive) == [Self.plan(9)])
    }

    @Test("that keeps nothing keeps no plans either")
    func keepsNothing() throws {
        let state = try TemporaryState()
        try Self.keep(1, of: "run-1", in: Self.archive(state, keep: 2))
        let none = Self.archive(state, keep: 0)
        try Self.keep(2, of: "run-2", in: none)
        #expect(try Self.read("run-2", in: none) == nil)
        try none.removeLeftovers()
        #expect(try Self.read("run-1", in: none) == nil)
    }
}
