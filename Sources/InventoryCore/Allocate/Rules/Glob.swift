/// A pattern for names: `*` stands for any run of characters, `?` for exactly one, everything else for
/// itself.
///
/// A pattern without either is an exact name. Names are compared byte for byte; `?` matches one whole UTF-8
/// character.
package struct Glob: Hashable, Sendable {
    package let text: String
    private let pattern: [UInt8]
    /// Bytes before the first wildcard.
    private let headCount: Int
    private let shape: Shape

    /// The cheap cases are recognised once, not again for each of some 250,000 names.
    private enum Shape: Hashable {
        case exact
        case prefix
        case general
    }

    private static let star = UInt8(ascii: "*")
    private static let one = UInt8(ascii: "?")

    package init(_ text: String) {
        self.text = text
        pattern = Array(text.utf8)
        let head = pattern.firstIndex { $0 == Glob.star || $0 == Glob.one } ?? pattern.count
        headCount = head
        if head == pattern.count {
            shape = .exact
        } else if pattern[head...].allSatisfy({ $0 == Glob.star }) {
            shape = .prefix
        } else {
            shape = .general
        }
    }

    /// Whether the pattern is a plain name.
    package var isExact: Bool { shape == .exact }

    /// Whether the pattern matches every name.
    package var isAnything: Bool { shape == .prefix && headCount == 0 }

    package func matches(_ name: some ByteText) -> Bool {
        matches(name.text.utf8.span)
    }

    /// Whether the name matches; hot (benchmark `allocate`).
    func matches(_ name: Span<UInt8>) -> Bool {
        guard name.count >= headCount else { return false }
        for index in 0..<headCount where pattern[index] != name[index] { return false }
        switch shape {
        case .exact: return name.count == headCount
        case .prefix: return true
        case .general: return matchesTail(name)
        }
    }

    /// Whether some name matches both patterns.
    package func overlaps(_ other: Glob) -> Bool {
        let (left, right) = (Array(text.unicodeScalars), Array(other.text.unicodeScalars))
        // Row by row from the end: whether some name matches what is left of both patterns.
        var below = [Bool](repeating: false, count: right.count + 1)
        for at in stride(from: left.count, through: 0, by: -1) {
            var row = [Bool](repeating: false, count: right.count + 1)
            for from in stride(from: right.count, through: 0, by: -1) {
                let (one, two) = (
                    at < left.count ? left[at] : nil, from < right.count ? right[from] : nil
                )
                switch (one, two) {
                case (nil, nil): row[from] = true
                case ("*", _): row[from] = below[from] || two != nil && row[from + 1]
                case (_, "*"): row[from] = row[from + 1] || one != nil && below[from]
                case (let one?, let two?):
                    row[from] = (one == two || one == "?" || two == "?") && below[from + 1]
                default: row[from] = false
                }
            }
            below = row
        }
        return below[0]
    }

    /// Walks pattern and name together and goes back to the last star on a mismatch.
    ///
    /// Without recursion it takes at most length × length steps, whatever the pattern.
    private func matchesTail(_ name: Span<UInt8>) -> Bool {
        var (at, from) = (headCount, headCount)
        var lastStar = -1
        var resume = 0
        while at < name.count {
            if from < pattern.count, pattern[from] == Glob.star {
                lastStar = from
                resume = at
                from += 1
            } else if from < pattern.count, pattern[from] == Glob.one {
                at = Glob.end(ofCharacterAt: at, in: name)
                from += 1
            } else if from < pattern.count, pattern[from] == name[at] {
                at += 1
                from += 1
            } else if lastStar >= 0 {
                resume = Glob.end(ofCharacterAt: resume, in: name)
                at = resume
                from = lastStar + 1
            } else {
                return false
            }
        }
        while from < pattern.count, pattern[from] == Glob.star { from += 1 }
        return from == pattern.count
    }

    private static func end(ofCharacterAt start: Int, in name: Span<UInt8>) -> Int {
        var end = start + 1
        while end < name.count, name[end] & 0xC0 == 0x80 { end += 1 }
        return end
    }
}
