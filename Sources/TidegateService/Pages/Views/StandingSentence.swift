import InventoryCore
import StateStore
import TidegatePipeline

/// How things stand, in one sentence: whether the shop is true, what is under way, who must do something.
struct StandingSentence: Hashable, Sendable {
    let mark: StateMark
    let text: String

    init(_ facts: StandingFacts) {
        let parts = [
            StandingSentence.truth(facts), StandingSentence.way(facts), StandingSentence.people(facts),
        ]
        text = parts.map(\.text).joined(separator: "; ") + "."
        let order: [StateMark.Tone] = [.bad, .warn, .busy, .good, .idle]
        let tone = order.first { tone in parts.contains { $0.tone == tone } } ?? .idle
        let word =
            switch tone {
            case .bad: "Look at this"
            case .warn: "Waits for a person"
            case .busy: "Under way"
            case .good: "All is well"
            case .idle: "Nothing yet"
            }
        mark = StateMark(tone, word)
    }

    private struct Part {
        let tone: StateMark.Tone
        let text: String

        init(_ tone: StateMark.Tone, _ text: String) {
            (self.tone, self.text) = (tone, text)
        }
    }

    private static func truth(_ facts: StandingFacts) -> Part {
        let sources = facts.figures.sources
        let all = sources.flatMap(\.locations).count
        let silent = sources.filter(\.isSilent)
        let shown = sources.compactMap(\.shownSince)
        guard let oldest = shown.min(), all > 0 else {
            return Part(.idle, "The shop has not confirmed a whole delivery yet")
        }
        guard silent.isEmpty else {
            let late = silent.flatMap(\.locations).count
            let names = silent.map(\.id.text).joined(separator: ", ")
            return Part(
                .bad,
                "\(late.shown) of \(all.shown("location", "locations")) "
                    + "\(late == 1 ? "is" : "are") out of date, since \(names) "
                    + "\(silent.count == 1 ? "has" : "have") been silent for too long"
            )
        }
        guard shown.count == sources.count else {
            return Part(.busy, "Not every source has been confirmed by the shop once")
        }
        guard sources.allSatisfy({ $0.shown?.asOf != nil }) else {
            let which = all == 1 ? "The location shows" : "All \(all.shown) locations show"
            return Part(.good, "\(which) what was read at \(ShownTime.clock(oldest)) UTC")
        }
        let which = all == 1 ? "The location is" : "All \(all.shown) locations are"
        return Part(.good, "\(which) true as of \(ShownTime.clock(oldest)) UTC")
    }

    private static func way(_ facts: StandingFacts) -> Part {
        let count = facts.figures.backlog.unsettled
        let levels = count.shown("level", "levels")
        if let pause = facts.pause {
            return Part(.warn, "\(levels) wait, since \(pause.who) has paused the push")
        }
        if let trouble = facts.trouble {
            return Part(.bad, "\(levels) wait, since the shop takes nothing (\(trouble.code))")
        }
        return count == 0 ? Part(.good, "nothing is under way") : Part(.busy, "\(levels) under way")
    }

    private static func people(_ facts: StandingFacts) -> Part {
        let held = facts.figures.heldPlans
        if held > 0 {
            return Part(.warn, "\(held.shown("plan waits", "plans wait")) for approval")
        }
        let paused = facts.agenda.filter { $0.pause != nil }.count
        if paused > 0 { return Part(.warn, "\(paused.shown("source is", "sources are")) paused") }
        return Part(.good, "no plan waits for approval")
    }
}

extension ShopFigures.SourceFigures {
    /// As of when the shop shows what it has stated; where no delivery says when it was true, when it was
    /// read.
    var shownSince: Timestamp? { shown.map { $0.asOf ?? $0.started } }
}
