package import InventoryCore
package import StateStore

extension JSONLine {
    /// Writes a run as `runs --json` prints it.
    package mutating func append(_ run: RunRecord) {
        open()
        field("run", run.id.text)
        field("state", run.state.rawValue)
        field("source", run.source)
        field("started", run.started.description)
        field("finished", run.finished?.description)
        field("as_of", run.asOf?.description)
        field("rows", run.rows)
        field("rejected", run.rejected)
        field("added", run.deltas.added)
        field("changed", run.deltas.changed)
        field("removed", run.deltas.removed)
        field("wanted", run.wanted)
        field("written", run.written)
        field("refused", run.refused)
        field("rules_version", run.rulesVersion)
        field("plan", run.planDigest)
        field("message", run.message)
        close()
    }

    /// Writes an open exception as `exceptions --json` prints it.
    package mutating func append(_ stored: StoredException, owner: String) {
        open()
        field("code", stored.exception.code.rawValue)
        field("subject", stored.exception.subject)
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
