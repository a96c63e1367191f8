extension Int {
    /// Takes a count of the engine down; below zero something ended twice, which no answer may cause.
    mutating func countDown(by number: Int = 1, _ what: StaticString) {
        precondition(self >= number, "\(what): \(number) of \(self) cannot end")
        self -= number
    }
}
