package import InventoryCore

/// Plans lie beside the snapshots, one file a run: the wishes of each plan that it committed, compressed.
///
/// They are what no snapshot gives back: what the shop showed when the run planned. They go as the snapshots
/// go: see `prunePlans`.
extension SnapshotArchive {
    static let plansEnding = ".plans"
    /// How many files are kept at most: runs that read nothing new have a plan and no snapshot.
    static let plansMax = 1000

    /// Keeps a plan of a run, durably, after those that it has.
    ///
    /// - Throws: `unusable_name` or `cannot_write_state`.
    package func keep(_ plan: PlanCopy, of run: RunID) throws(Fault) {
        guard keepsSnapshots else { return }
        let path = try path(of: run, ending: SnapshotArchive.plansEnding)
        let former = try DurableFile.read(path) ?? []
        try DurableFile.write(former + plan.frame, to: path)
        try prunePlans()
    }

    /// Gives the bytes of each plan of a run that was put there, also of one that was never committed;
    /// nothing where there is no file.
    ///
    /// - Throws: `unusable_name` or `cannot_write_state` where it cannot be read.
    package func plans(of run: RunID) throws(Fault) -> [[UInt8]]? {
        try DurableFile.read(path(of: run, ending: SnapshotArchive.plansEnding)).map(PlanCopy.unpacked)
    }

    /// Removes the plans of a run that did not come about.
    ///
    /// - Throws: `unusable_name` or `cannot_write_state`.
    package func discardPlans(of run: RunID) throws(Fault) {
        try remove(path(of: run, ending: SnapshotArchive.plansEnding))
    }

    /// Removes plans that are older than every snapshot of a full archive, and the oldest beyond the limits.
    ///
    /// The newest stays in any case, and so do those of kept snapshots. A plan is as old as what was approved
    /// of it last; the names of runs that start in the same second have no order.
    func prunePlans() throws(Fault) {
        let snapshots = try snapshots()
        let oldest = snapshots.count < limits.snapshotsMax ? nil : snapshots.last
        let keptRuns = Set(snapshots.map(\.run))
        var bytes: Int64 = 0
        let plans = try files(ending: SnapshotArchive.plansEnding)
        for (place, plan) in plans.enumerated() {
            bytes += plan.compressedBytes
            let isOlder = oldest.map { plan.written < $0.written } ?? false
            let isOld = isOlder && !keptRuns.contains(plan.run)
            let isBeyond = place >= SnapshotArchive.plansMax || bytes > limits.bytesMax || isOld
            if !keepsSnapshots || (place > 0 && isBeyond) { try remove(plan.path) }
        }
    }
}
