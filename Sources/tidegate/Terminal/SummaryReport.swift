import Foundation
import TidegateService

/// Writes what runs did, for people or for machines.
struct SummaryReport {
    let console: Console

    func write(_ summaries: [RunSummary], json: Bool, asArray: Bool) throws {
        guard json else {
            for summary in summaries { try write(summary) }
            return
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let bytes =
            if let only = summaries.first, !asArray { try encoder.encode(only) } else {
                try encoder.encode(summaries)
            }
        try console.write(Array(bytes) + [UInt8(ascii: "\n")])
    }

    /// One run as a short table.
    func write(_ summary: RunSummary) throws {
        let rows: [(String, String)] = [
            ("read", "\(summary.rows.grouped) rows, \(summary.rejected.grouped) rejected"),
            (
                "changed",
                "\(summary.deltas.added.grouped) added, \(summary.deltas.changed.grouped) changed, "
                    + "\(summary.deltas.removed.grouped) removed"
            ),
            (
                "levels",
                "\(summary.levels.written.grouped) written, \(summary.levels.unchanged.grouped) right already"
                    + (summary.levels.refused > 0 ? ", \(summary.levels.refused.grouped) refused" : "")
                    + (summary.levels.waiting > 0 ? ", \(summary.levels.waiting.grouped) waiting" : "")
                    + (summary.state == .held ? "" : "; all others left alone")
            ),
            ("requests", "\(summary.requests.grouped) to the shop"),
            ("time", times(summary)),
        ]
        try console.line("  run       \(summary.run)  \(state(summary))")
        for (name, text) in rows {
            try console.line("  " + name.padding(toLength: 10, withPad: " ", startingAt: 0) + text)
        }
        for reason in summary.held { try console.line("  held      \(reason)") }
        if summary.exceptions > 0 {
            try console.line(
                "  open      \(summary.exceptions.grouped) exceptions; `tidegate exceptions` lists them"
            )
        }
    }

    private func state(_ summary: RunSummary) -> String {
        let word = summary.state.rawValue
        guard console.outputIsTerminal else { return word }
        let colour =
            switch summary.state {
            case .done: "32"
            case .held: "33"
            case .failed: "31"
            }
        return "\u{1B}[\(colour)m\(word)\u{1B}[0m"
    }

    private func times(_ summary: RunSummary) -> String {
        let steps = ["read", "index", "plan", "accept", "push"]
        let parts = steps.compactMap { step in
            summary.seconds[step].map { "\(step) \(String(format: "%.2f", $0)) s" }
        }
        return parts.joined(separator: ", ")
    }
}
