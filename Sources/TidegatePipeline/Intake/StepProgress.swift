/// How far a step has come that people wait for.
package struct StepProgress: Hashable, Sendable {
    package let step: RunStep
    /// Levels read or settled since the step began.
    package let done: Int
    /// How many there will be in all, as far as that is known.
    package let total: Int?

    package init(_ step: RunStep, done: Int, of total: Int? = nil) {
        (self.step, self.done, self.total) = (step, done, total)
    }
}
