package import InventoryCore
package import StateStore

extension JSONLine {
    /// Writes a run as `runs --json` prints it.
    package mutating func append(_ run: RunRecord) {
        open()
        fields(run)
        close()
    }

    /// Writes a run as `runs show --json` prints it: with what is in doubt, where that was counted.
    package mutating func append(_ shown: ShownRun) {
        open()
        fields(shown.record)
        field("skus_in_doubt", shown.doubts?.skus)
        field("skus_never_clear", shown.doubts?.neverClear)
        field("in_doubt", shown.doubts?.width)
        close()
    }

    private mutating func fields(_ run: RunRecord) {
        field("run", run.id.text)
        field("state", run.state.word)
        field("source", run.source.text)
        field("delivery", run.delivery)
        field("size", run.sizeBytes.map { Int($0) })
        field("started", run.started.description)
        field("finished", run.finished?.description)
        field("as_of", run.asOf?.description)
        field("rows", run.counts.rows)
        field("rejected", run.counts.rejected)
        field("added", run.counts.deltas.added)
        field("changed", run.counts.deltas.changed)
        field("removed", run.counts.deltas.removed)
        field("wanted", run.counts.wanted)
        field("written", run.counts.written)
        field("refused", run.counts.refused)
        field("rules_version", run.rulesVersion)
        field("plan", run.planDigest)
        if let reverted = run.reverts { field("reverts", reverted.text) }
        field("message", run.message)
    }

    /// Writes a rejected row as `runs show --rejected --json` prints it.
    package mutating func append(_ row: RejectedRow, of file: String) {
        open()
        field("file", file)
        field("line", row.line)
        field("lines", row.lines)
        field("column", row.column)
        field("reason", row.reason.rawValue)
        field("message", row.message)
        field("sku", row.key?.sku.text)
        field("location", row.key?.location.text)
        field("unit", row.key?.unit.text)
        if let bin = row.key?.bin.text, !bin.isEmpty { field("bin", bin) }
        field("bytes", String(decoding: row.bytes, as: UTF8.self))
        close()
    }

    /// Writes a wish as `plan --json` and `runs replay --json` print it.
    package mutating func append(planned wish: PlannedWish) {
        open()
        field("sku", wish.key.sku.text)
        field("unit", wish.key.unit.text)
        field("warehouse", wish.key.warehouse)
        field("before", wish.before)
        field("after", wish.after)
        field("wave", "\(wish.wave)")
        close()
    }
}
