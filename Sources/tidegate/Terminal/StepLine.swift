import Foundation
import Synchronization
import TidegatePipeline

/// One line on the terminal that says what a run does now; gone when it ends, and never in a file or pipe.
///
/// A terminal that cannot move back in its line (`TERM=dumb`, which screen readers use) gets a line of its
/// own now and then instead.
final class StepLine: Sendable {
    private let console: Console
    private let isDumb: Bool
    private let columns: Int
    private let shown = Mutex(Shown())

    private struct Shown {
        var bar: ProgressBar?
        var began = ContinuousClock.now
        var last: ContinuousClock.Instant?
    }

    private static let redrawSeconds = 0.2
    private static let plainSeconds = 15.0

    init(_ console: Console, environment: [String: String] = ProcessInfo.processInfo.environment) {
        self.console = console
        isDumb = environment["TERM"] == "dumb"
        columns = console.errorColumns
    }

    func show(_ event: RunEvent) {
        guard console.errorIsTerminal else { return }
        switch event {
        case .step(let step): begin(ProgressBar(step: step))
        case .progressed(let progress): show(progress)
        default: return
        }
    }

    func show(_ progress: StepProgress) {
        guard console.errorIsTerminal else { return }
        shown.withLock { shown in
            if shown.bar?.step != progress.step {
                shown.bar = ProgressBar(step: progress.step)
                (shown.began, shown.last) = (.now, nil)
            }
            shown.bar?.progress = progress
            shown.bar?.seconds = shown.began.duration(to: .now) / .seconds(1)
            let pause = isDumb ? StepLine.plainSeconds : StepLine.redrawSeconds
            if let last = shown.last, last.duration(to: .now) < .seconds(pause) { return }
            draw(&shown)
        }
    }

    func clear() {
        guard console.errorIsTerminal, !isDumb else { return }
        console.noteBytes(Array("\r\u{1B}[K".utf8))
    }

    private func begin(_ bar: ProgressBar) {
        shown.withLock { shown in
            (shown.bar, shown.began) = (bar, .now)
            draw(&shown)
        }
    }

    private func draw(_ shown: inout Shown) {
        guard let bar = shown.bar else { return }
        shown.last = .now
        // The last column stays free: a full line would wrap.
        let text = bar.text(columns: columns - 1)
        console.noteBytes(Array((isDumb ? text + "\n" : "\r\u{1B}[K" + text).utf8))
    }
}
