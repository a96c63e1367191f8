/// A length of time as people say it: the two greatest units, such as `15 h 29 min`.
package struct Age: CustomStringConvertible, Sendable {
    package let seconds: Int

    private static let units = [("d", 86_400), ("h", 3600), ("min", 60), ("s", 1)]

    package init(seconds: Int) {
        self.seconds = seconds
    }

    package var description: String {
        var rest = max(0, seconds)
        var parts: [String] = []
        for (name, length) in Age.units where parts.count < 2 && (rest >= length || !parts.isEmpty) {
            guard rest >= length else { break }
            parts.append("\(rest / length) \(name)")
            rest %= length
        }
        return parts.isEmpty ? "0 s" : parts.joined(separator: " ")
    }
}
