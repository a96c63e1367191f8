/// Finds the word that was probably meant.
enum Spelling {
    /// Longer words are not compared; they are no misspelled keys.
    private static let wordBytesMax = 64

    /// Gives the nearest of the known words, or nothing where none is near.
    static func nearest(to word: String, in known: [String]) -> String? {
        let plain = bare(word)
        if let same = known.first(where: { bare($0) == plain }) { return same }
        guard word.utf8.count <= wordBytesMax else { return nil }
        var best: (word: String, distance: Int)?
        for candidate in known {
            let distance = distance(plain, bare(candidate))
            let allowed = max(1, min(3, candidate.utf8.count / 3))
            guard distance <= allowed, distance < best?.distance ?? Int.max else { continue }
            best = (candidate, distance)
        }
        if let best { return best.word }
        return known.first { candidate in
            let bare = bare(candidate)
            return plain.count >= 4 && bare.count >= 4
                && (bare.starts(with: plain) || plain.starts(with: bare))
        }
    }

    /// Upper case, hyphens and underscores are no difference worth counting.
    private static func bare(_ word: String) -> [UInt8] {
        word.lowercased().utf8.filter { $0 != UInt8(ascii: "-") && $0 != UInt8(ascii: "_") }
    }

    /// Counts insertions, deletions, replacements and swaps of neighbours.
    private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var rows = [Array(0...right.count)]
        for (i, a) in left.enumerated() {
            var row = [i + 1]
            for (j, b) in right.enumerated() {
                var cost = min(rows[i][j + 1] + 1, row[j] + 1, rows[i][j] + (a == b ? 0 : 1))
                if i > 0, j > 0, a == right[j - 1], b == left[i - 1] {
                    cost = min(cost, rows[i - 1][j - 1] + 1)
                }
                row.append(cost)
            }
            rows.append(row)
        }
        return rows[left.count][right.count]
    }

    /// Shows a value in a message: shortened, without line breaks, in quotation marks.
    static func quoted(_ text: String) -> String {
        let shown = text.unicodeScalars.prefix(60).map { scalar in
            scalar.properties.generalCategory == .control ? "�" : Character(scalar)
        }
        return "“\(String(shown))\(text.unicodeScalars.count > 60 ? "…" : "")”"
    }

    /// `a, b or c`.
    static func alternatives(_ words: [String]) -> String {
        guard let last = words.last, words.count > 1 else { return words.first ?? "" }
        return "\(words.dropLast().joined(separator: ", ")) or \(last)"
    }
}
