import Foundation
import SnapshotFormats

/// What is wrong with a pattern of local times such as `MM/dd/yyyy h:mm a`, in words.
extension TimePattern {
    static let hint =
        "Use yyyy, MM or M, dd or d, HH or H, hh or h with a, mm and ss; quote letters as in 'T'."

    private static let fields: Set<String> = [
        "yyyy", "MM", "M", "dd", "d", "HH", "H", "hh", "h", "mm", "ss", "a",
    ]

    /// Says what is wrong with a pattern, or nothing.
    static func fault(in pattern: String) -> String? {
        var seen: [String] = []
        var rest = Substring(pattern)
        while let first = rest.first {
            if first == "'" {
                let literal = rest.dropFirst().prefix { $0 != "'" }
                rest = rest.dropFirst(1 + literal.count)
                guard rest.first == "'" else { return "a quotation mark is not closed" }
                rest = rest.dropFirst()
            } else if first.isASCII, first.isLetter {
                let run = String(rest.prefix { $0 == first })
                guard fields.contains(run) else { return "\(Spelling.quoted(run)) has no meaning" }
                let letter = String(first)
                guard !seen.contains(letter) else { return "\(Spelling.quoted(letter)) occurs twice" }
                seen.append(letter)
                rest = rest.dropFirst(run.count)
            } else {
                rest = rest.dropFirst()
            }
        }
        return incompleteness(seen)
    }

    private static func incompleteness(_ seen: [String]) -> String? {
        for (letter, name) in [("y", "year"), ("M", "month"), ("d", "day")] where !seen.contains(letter) {
            return "it has no \(name)"
        }
        if seen.contains("h"), seen.contains("H") { return "it has hours twice" }
        if seen.contains("h") != seen.contains("a") { return "h and a need each other" }
        if seen.contains("m"), !seen.contains("h"), !seen.contains("H") {
            return "it has minutes without hours"
        }
        if seen.contains("s"), !seen.contains("m") { return "it has seconds without minutes" }
        return nil
    }
}

extension SettingsDecoder {
    /// The name of a time zone that exists.
    func timeZone(_ field: Field) -> String? {
        guard let name = field.name(bytesMax: 100) else { return nil }
        guard TimeZone(identifier: name) != nil else {
            field.refuse(
                "There is no time zone \(Spelling.quoted(name)).",
                hint: "Use a name of the tz database, such as Europe/Berlin or UTC."
            )
            return nil
        }
        return name
    }
}
