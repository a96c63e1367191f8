import InventoryCore

/// A moment as a page shows it: how long ago in words, and exactly.
struct ShownTime: Hashable, Sendable {
    /// RFC 3339, for scripts.
    let iso: String
    /// Such as `5 min ago`.
    let words: String
    /// Such as `2026-12-01 09:58:12 UTC`.
    let exact: String
    /// Whether it is awaited: once it has come, it is not told as past.
    let isAhead: Bool

    private static let due = "any moment now"

    init(_ time: Timestamp, at now: Timestamp, isAhead: Bool = false) {
        self.isAhead = isAhead
        let whole = Timestamp(microseconds: time.microseconds - (time.microseconds % 1_000_000))
        iso = whole.description
        exact = ShownTime.exact(whole)
        words =
            isAhead && time <= now
            ? ShownTime.due
            : ShownTime.words(seconds: time.age(at: now))
    }

    /// How long ago, or in how long; the script says it in the same way.
    static func words(seconds: Int) -> String {
        guard seconds >= 0 else { return "in \(length(-seconds))" }
        return "\(length(seconds)) ago"
    }

    /// A length of time, in one unit.
    static func length(_ seconds: Int) -> String {
        switch seconds {
        case ..<100: "\(seconds) s"
        case ..<6_000: "\(seconds / 60) min"
        case ..<172_800: "\(seconds / 3_600) h"
        default: "\(seconds / 86_400) d"
        }
    }

    /// `12:05:09`, the clock's time of a moment in UTC.
    static func clock(_ time: Timestamp) -> String {
        String(exact(time).dropFirst(11).prefix(8))
    }

    private static func exact(_ time: Timestamp) -> String {
        time.description.replacing("T", with: " ").prefix(19) + " UTC"
    }
}

extension Timestamp {
    /// Whole seconds from then until now, rounded down: what is to come in half a second is 1 s ahead.
    func age(at now: Timestamp) -> Int {
        Int((Double(now.microseconds - microseconds) / 1_000_000).rounded(.down))
    }
}

/// A plain decimal with commas between thousands and a minus of its own.
private func grouped(_ plain: String) -> String {
    let isNegative = plain.hasPrefix("-")
    let parts = plain.drop { $0 == "-" }.split(separator: ".", maxSplits: 1)
    let digits = parts.first ?? "0"
    var text = isNegative ? "−" : ""
    for (place, digit) in digits.enumerated() {
        if place > 0, (digits.count - place).isMultiple(of: 3) { text += "," }
        text.append(digit)
    }
    return parts.count > 1 ? "\(text).\(parts[1])" : text
}

extension Int {
    /// With commas between thousands.
    var shown: String { grouped(String(self)) }

    /// The number with its noun.
    func shown(_ one: String, _ many: String) -> String { "\(shown) \(self == 1 ? one : many)" }
}

extension Quantity {
    /// With commas between thousands.
    var shown: String { grouped(description) }

    /// A difference with its sign.
    var signed: String { (self > .zero ? "+" : "") + shown }

    var negated: Quantity { Quantity(millionths: millionths == .min ? .max : -millionths) }

    /// The sum, or the largest there is.
    func capped(adding other: Quantity) -> Quantity {
        let (sum, overflow) = millionths.addingReportingOverflow(other.millionths)
        guard overflow else { return Quantity(millionths: sum) }
        return Quantity(millionths: other > .zero ? .max : .min)
    }

    /// For drawing only.
    var approximate: Double { Double(millionths) / Double(Quantity.scale) }
}

extension QuantityTotal {
    /// With commas between thousands.
    var shown: String { grouped(description) }
}

/// How something is, said by shape, word and colour at once.
struct StateMark: Hashable, Sendable {
    let shape: String
    let word: String
    /// The class that has the colour.
    let tone: String

    enum Tone: String, Sendable {
        case good, busy, warn, bad, idle

        var shape: String {
            switch self {
            case .good: "●"
            case .busy: "◆"
            case .warn: "▲"
            case .bad: "■"
            case .idle: "○"
            }
        }
    }

    init(_ tone: Tone, _ word: String) {
        (shape, self.word, self.tone) = (tone.shape, word, tone.rawValue)
    }
}
