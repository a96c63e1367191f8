package import InventoryCore
package import StateStore

extension JSONLine {
    /// Writes a run as `runs --json` prints it.
    package mutating func append(_ run: RunRecord) {
        open()
        field("run", run.id.text)
        field("state", run.state.kind.rawValue)
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
        field("message", run.message)
        close()
    }

    /// Writes an open exception as `exceptions --json` prints it.
    package mutating func append(_ stored: StoredException, owner: String) {
        open()
        field("code", stored.exception.code.rawValue)
        fields(stored.exception.subject)
        field("message", stored.exception.message)
        field("owner", owner)
        field("first_step", stored.exception.code.firstStep)
        field("opened", stored.opened.description)
        field("seen", stored.seen.description)
        field("first_run", stored.firstRun?.text)
        field("last_run", stored.lastRun?.text)
        close()
    }
}
