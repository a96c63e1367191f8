package import InventoryCore

/// Reads instants as the dialect writes them; outer blanks (space, tab) are ignored.
package struct TimeParser: Sendable {
    /// Nothing for RFC 3339.
    private var pattern: TimePattern?
    private var zone: ZoneOffsets?
    /// Rows next to each other often state the same instant.
    private var lastBytes: [UInt8] = []
    private var lastInstant: Timestamp?

    /// The commonest form of RFC 3339, read without a `String`; all others take the slow path.
    private static let utcSeconds = TimePattern("yyyy-MM-dd'T'HH:mm:ss'Z'")

    /// Prepares the format.
    ///
    /// - Throws: `Fault` with code `bad_format` for an unknown pattern or time zone.
    package init(_ format: TimeFormat) throws(Fault) {
        switch format {
        case .rfc3339: break
        case .pattern(let text, let zoneName):
            guard let pattern = TimePattern(text) else {
                throw Fault(
                    .badInput,
                    code: .badFormat,
                    message: "The time pattern \"\(text)\" cannot be used.",
                    hint:
                        "Use yyyy, MM or M, dd or d, HH or H (hh or h with a), mm, ss, literals; each once."
                )
            }
            guard let zone = ZoneOffsets(named: zoneName) else {
                throw Fault(
                    .badInput,
                    code: .badFormat,
                    message: "The time zone \"\(zoneName)\" is not known.",
                    hint: "Name it as the IANA time zone database does, such as Europe/Berlin."
                )
            }
            self.pattern = pattern
            self.zone = zone
        }
    }

    /// Gives the instant that the field states, or nothing if it states none.
    package mutating func parse(_ field: UnsafeBufferPointer<UInt8>) -> Timestamp? {
        if !lastBytes.isEmpty, lastBytes.elementsEqual(field) { return lastInstant }
        let (start, end) = Blanks.trimmed(field)
        let instant = instant(UnsafeBufferPointer(rebasing: field[start..<end]))
        lastBytes.removeAll(keepingCapacity: true)
        lastBytes.append(contentsOf: field)
        lastInstant = instant
        return instant
    }

    private mutating func instant(_ field: UnsafeBufferPointer<UInt8>) -> Timestamp? {
        guard let pattern else {
            if let local = TimeParser.utcSeconds?.match(field) {
                return Timestamp(
                    year: local.year,
                    month: local.month,
                    day: local.day,
                    hour: local.hour,
                    minute: local.minute,
                    second: local.second,
                    offsetSeconds: 0
                )
            }
            return String(validating: field, as: UTF8.self).flatMap(Timestamp.init(rfc3339:))
        }
        return pattern.match(field).flatMap { zone?.instant(of: $0) }
    }
}
