/// What one line of the terminal says of a step that goes on: a bar, how many, how fast, and how long still.
package struct ProgressBar: Hashable, Sendable {
    package let step: RunStep
    /// Nothing of a step that does not count.
    package var progress: StepProgress?
    /// Since the step began.
    package var seconds: Double = 0

    private static let barWidth = 16
    /// Before that a rate is a guess.
    private static let rateSecondsMin = 2.0

    package init(step: RunStep, progress: StepProgress? = nil, seconds: Double = 0) {
        (self.step, self.progress, self.seconds) = (step, progress, seconds)
    }

    /// One line of at most `columns` characters; what does not fit is left out, the bar first.
    package func text(columns: Int) -> String {
        let sentence = "  \(step.sentence) …"
        guard let progress, progress.done > 0 else { return String(sentence.prefix(columns)) }
        var parts = ["  \(step.sentence)", count(progress)]
        let rate = seconds >= ProgressBar.rateSecondsMin ? Double(progress.done) / seconds : nil
        if let rate {
            parts.append(rate < 10 ? "\((rate * 10).rounded() / 10)/s" : "\(Int(rate).grouped)/s")
            if let left = left(progress, rate) { parts.append("\(left) left") }
        }
        if let bar = bar(progress) {
            let line = ([parts[0], bar] + parts.dropFirst()).joined(separator: "  ")
            if line.count <= columns { return line }
        }
        while parts.count > 1, parts.joined(separator: "  ").count > columns { parts.removeLast() }
        return String(parts.joined(separator: "  ").prefix(columns))
    }

    private func count(_ progress: StepProgress) -> String {
        guard let total = progress.total, total >= progress.done else { return progress.done.grouped }
        return "\(progress.done.grouped) of \(total.grouped)"
    }

    private func bar(_ progress: StepProgress) -> String? {
        guard let total = progress.total, total >= progress.done else { return nil }
        let full = progress.done * ProgressBar.barWidth / total
        return "[" + String(repeating: "#", count: full)
            + String(repeating: "-", count: ProgressBar.barWidth - full) + "]"
    }

    private func left(_ progress: StepProgress, _ rate: Double) -> Age? {
        guard let total = progress.total, total > progress.done, rate > 0 else { return nil }
        return Age(seconds: Int((Double(total - progress.done) / rate).rounded(.up)))
    }
}

extension RunStep {
    fileprivate var sentence: String {
        switch self {
        case .read: "reading the delivery"
        case .index: "learning the shop's levels"
        case .plan: "working out the figures"
        case .accept: "accepting"
        case .push: "writing to the shop"
        case .audit: "comparing the shop's levels"
        }
    }
}
