/// One line on the terminal that says what a run does now; gone when it ends, and never in a file or pipe.
struct StepLine: Sendable {
    private let console: Console

    private static let texts = [
        "read": "reading the snapshot", "index": "learning the shop's levels",
        "plan": "working out the figures", "accept": "accepting", "push": "writing to the shop",
    ]

    init(_ console: Console) {
        self.console = console
    }

    func show(_ step: String) {
        guard console.errorIsTerminal else { return }
        console.noteBytes(Array("\r\u{1B}[K  \(Self.texts[step] ?? step) …".utf8))
    }

    func clear() {
        guard console.errorIsTerminal else { return }
        console.noteBytes(Array("\r\u{1B}[K".utf8))
    }
}
