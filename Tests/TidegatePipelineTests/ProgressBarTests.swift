import Testing
import TidegatePipeline

@Suite("The line of a step that goes on")
struct ProgressBarTests {
    @Test("a bar says how many, how fast and how long still, and never fills the line")
    func bar() {
        var bar = ProgressBar(step: .push)
        #expect(bar.text(columns: 79) == "  writing to the shop …")
        bar.progress = StepProgress(.push, done: 2_500, of: 10_000)
        #expect(bar.text(columns: 79) == "  writing to the shop  [####------------]  2,500 of 10,000")
        bar.seconds = 10
        #expect(
            bar.text(columns: 79)
                == "  writing to the shop  [####------------]  2,500 of 10,000  250/s  30 s left"
        )
        for columns in 1...79 { #expect(bar.text(columns: columns).count <= columns) }
        #expect(bar.text(columns: 60) == "  writing to the shop  2,500 of 10,000  250/s  30 s left")
        #expect(bar.text(columns: 30) == "  writing to the shop")
    }

    @Test("more than was expected is no share of it")
    func more() {
        let bar = ProgressBar(step: .audit, progress: StepProgress(.audit, done: 12, of: 10), seconds: 4)
        #expect(bar.text(columns: 79) == "  comparing the shop's levels  12  3.0/s")
    }

    @Test("nothing to count to is no bar")
    func unknown() {
        let bar = ProgressBar(step: .index, progress: StepProgress(.index, done: 4_000), seconds: 2)
        #expect(bar.text(columns: 79) == "  learning the shop's levels  4,000  2,000/s")
    }
}
