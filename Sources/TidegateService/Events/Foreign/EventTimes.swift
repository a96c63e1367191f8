import InventoryCore
import SnapshotFormats
import TidegateSettings

/// Reads instants as a foreign sender writes them.
struct EventTimes {
    private let times: EventMapping.Times
    private var parser: TimeParser?

    /// Between the year 1 and 1970, in hundreds of nanoseconds.
    private static let ticksAtEpoch: Int64 = 621_355_968_000_000_000

    /// - Throws: `Fault` with code `bad_format` for a pattern or a zone that cannot be used.
    init(_ times: EventMapping.Times) throws(Fault) {
        self.times = times
        if case .text(let format) = times { parser = try TimeParser(format) }
    }

    /// Gives the instant that a text states, or nothing.
    mutating func instant(_ text: String) -> Timestamp? {
        guard text.utf8.count <= 60 else { return nil }
        switch times {
        case .text: return local(text)
        case .unixSeconds: return EventTimes.number(text).map { Timestamp(microseconds: $0) }
        case .unixMilliseconds: return EventTimes.number(text).map { Timestamp(microseconds: $0 / 1000) }
        case .ticks:
            guard let ticks = Int64(text), ticks >= 0 else { return nil }
            return Timestamp(microseconds: (ticks - EventTimes.ticksAtEpoch) / 10)
        }
    }

    /// By the format; a fraction of the second may follow where the pattern knows none.
    private mutating func local(_ text: String) -> Timestamp? {
        if let instant = parse(text) { return instant }
        guard let point = text.lastIndex(of: ".") else { return nil }
        let digits = text[text.index(after: point)...]
        guard (1...9).contains(digits.utf8.count), digits.utf8.allSatisfy({ $0 &- 48 < 10 }),
            let instant = parse(String(text[..<point]))
        else { return nil }
        let padded = (digits + "000000").prefix(6)
        return Timestamp(microseconds: instant.microseconds + (Int64(padded) ?? 0))
    }

    private mutating func parse(_ text: String) -> Timestamp? {
        var text = text
        return text.withUTF8 { parser?.parse($0) }
    }

    /// Millionths of what the digits say.
    private static func number(_ text: String) -> Int64? {
        // A sum of money or stock has the same form.
        guard let quantity = try? Quantity(decimal: text) else { return nil }
        return quantity.millionths
    }
}
