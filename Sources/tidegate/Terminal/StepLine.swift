import TidegatePipeline

/// One line on the terminal that says what a run does now; gone when it ends, and never in a file or pipe.
struct StepLine: Sendable {
    private let console: Console

    init(_ console: Console) {
        self.console = console
    }

    func show(_ event: RunEvent) {
        guard console.errorIsTerminal, case .step(let step) = event else { return }
        let text =
            switch step {
            case .read: "reading the delivery"
            case .index: "learning the shop's levels"
            case .plan: "working out the figures"
            case .accept: "accepting"
            case .push: "writing to the shop"
            }
        console.noteBytes(Array("\r\u{1B}[K  \(text) …".utf8))
    }

    func clear() {
        guard console.errorIsTerminal else { return }
        console.noteBytes(Array("\r\u{1B}[K".utf8))
    }
}
