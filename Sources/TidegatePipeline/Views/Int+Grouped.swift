extension Int {
    /// The number with its thousands set apart, for people.
    package var grouped: String {
        var digits = String(magnitude)
        var groups: [String] = []
        while digits.count > 3 {
            groups.insert(String(digits.suffix(3)), at: 0)
            digits.removeLast(3)
        }
        return (self < 0 ? "−" : "") + ([digits] + groups).joined(separator: ",")
    }
}
