import Foundation
import InventoryCore
import StateStore
import TidegatePipeline

/// Writes what runs did, for people or for machines.
struct SummaryReport {
    let console: Console

    func write(_ summaries: [RunSummary], json: Bool, asArray: Bool) throws {
        guard json else {
            for summary in summaries { try write(summary) }
            return
        }
        if let only = summaries.first, !asArray { try write(line: only) } else { try write(line: summaries) }
    }

    /// A JSON object about a command that failed, so that a machine that reads the output is told as well,
    /// after those about its runs before.
    ///
    /// - Throws: where the output cannot be written.
    func write(_ failure: CommandFailure) throws {
        for summary in failure.before { try write(line: summary) }
        try write(line: failure)
    }

    private func write(line: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        try console.write(Array(try encoder.encode(line)) + [UInt8(ascii: "\n")])
    }

    /// Says on standard error why a source's delivery was not taken.
    func note(_ source: SourceID, _ fault: Fault) {
        console.note("tidegate: source \(source): \(fault.sentence) [\(fault.code.rawValue)]")
        console.note("  To mend it: \(fault.hint)")
    }

    /// Which earlier runs still wait for a decision.
    func write(waiting runs: [RunID]) throws {
        guard let newest = runs.first else { return }
        let subject = runs.count == 1 ? "an earlier run waits" : "\(runs.count.grouped) earlier runs wait"
        try console.line("  held      \(subject) for a decision; see `tidegate runs show \(newest) --held`")
    }

    /// One run as a short table.
    func write(_ summary: RunSummary) throws {
        var rows: [(String, String)] = []
        // A push and an approval read nothing.
        if summary.counts.rows > 0 {
            rows.append(
                ("read", "\(summary.counts.rows.grouped) rows, \(summary.counts.rejected.grouped) rejected")
            )
            rows.append(("changed", changes(summary.counts.deltas)))
        }
        rows.append(("levels", levels(summary)))
        rows.append(("requests", "\(summary.requests.grouped) to the shop"))
        rows.append(("time", times(summary)))
        let word = summary.state.rawValue
        try console.line("  run       \(summary.run)  ", ending: word, in: colour(summary))
        for (name, text) in rows {
            try console.line("  " + name.padding(toLength: 10, withPad: " ", startingAt: 0) + text)
        }
        for reason in summary.held { try console.line("  held      \(reason)") }
        if summary.state == .held {
            try console.line(
                "  next      `tidegate approve \(summary.run)` applies what is held, `reject` discards it"
            )
        }
        if summary.state == .pushing {
            try console.line(
                "  next      `tidegate push`, or the next `sync`, settles what is waiting; nothing is lost"
            )
        }
        if summary.exceptions > 0 {
            let noun = summary.exceptions == 1 ? "exception" : "exceptions"
            try console.line("  open      \(summary.exceptions.grouped) \(noun); see `tidegate exceptions`")
        }
    }

    private func changes(_ deltas: DeltaCounts) -> String {
        "\(deltas.added.grouped) added, \(deltas.changed.grouped) changed, \(deltas.removed.grouped) removed"
    }

    private func levels(_ summary: RunSummary) -> String {
        let levels = summary.counts
        var parts = ["\(levels.written.grouped) written"]
        if levels.unchanged > 0 { parts.append("\(levels.unchanged.grouped) right already") }
        if levels.refused > 0 { parts.append("\(levels.refused.grouped) refused") }
        if summary.waiting > summary.inQuestion {
            parts.append("\((summary.waiting - summary.inQuestion).grouped) waiting")
        }
        if summary.inQuestion > 0 { parts.append("\(summary.inQuestion.grouped) in question") }
        return parts.joined(separator: ", ") + (summary.counts.rows > 0 ? "; all others left alone" : "")
    }

    private func colour(_ summary: RunSummary) -> Console.Colour {
        switch summary.state {
        case .done: .green
        case .pushing, .held: .yellow
        case .failed: .red
        }
    }

    private func times(_ summary: RunSummary) -> String {
        let steps = ["read", "index", "plan", "accept", "push"]
        let parts = steps.compactMap { step in
            summary.seconds[step].map { "\(step) \(String(format: "%.2f", $0)) s" }
        }
        return parts.joined(separator: ", ")
    }
}
