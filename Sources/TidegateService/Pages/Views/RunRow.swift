import InventoryCore
import StateStore

/// A run in a list.
struct RunRow: Sendable {
    let id: String
    let href: String
    let mark: StateMark
    let source: String
    let started: ShownTime
    let took: String
    let rows: String
    let changed: String
    /// Levels that it had to change.
    let levels: String
    let message: String?

    init(_ run: RunRecord, _ link: PageLink, at now: Timestamp) {
        id = run.id.text
        href = run.state.kind == .held ? link.to("plans", run.id.text) : link.to(run.id)
        mark = StateMark(run.state)
        source = run.source.text
        started = ShownTime(run.started, at: now)
        took = run.finished.map { RunRow.length(from: run.started, to: $0) } ?? "–"
        rows = run.events.map { $0.shown("event", "events") } ?? run.counts.rows.shown
        changed = run.changes.shown
        levels = run.levelsToWrite.shown
        message = run.message.map { PageText.cut($0, to: 200) }
    }

    /// With decimals where it is short: a run that takes 0 s would be no use.
    static func length(from: Timestamp, to: Timestamp) -> String {
        let milliseconds = max(0, Int((to.microseconds - from.microseconds) / 1_000))
        guard milliseconds < 10_000 else { return ShownTime.length(milliseconds / 1_000) }
        let tenths = String(milliseconds / 100 % 10)
        return milliseconds < 100 ? "\(milliseconds) ms" : "\(milliseconds / 1_000).\(tenths) s"
    }
}

extension RunRecord {
    /// Levels that did not show yet what they should; `written` counts with the newest run, whosever they
    /// are.
    var levelsToWrite: Int { max(0, counts.wanted - counts.unchanged) }

    /// Positions that it has added, changed and removed.
    var changes: Int { counts.deltas.added + counts.deltas.changed + counts.deltas.removed }
}

extension StateMark {
    init(_ state: RunRecord.State) {
        self.init(StateMark.tone(of: state), state.word)
    }

    static func tone(of state: RunRecord.State) -> Tone {
        switch state.kind {
        case .done: .good
        case .running, .accepted: .busy
        case .held: .warn
        case .rejected, .failed, .interrupted: .bad
        case .superseded: .idle
        }
    }
}
