package import InventoryCore

/// Reads `Retry-After`: seconds, or an HTTP date measured against the answer's own `Date`.
package enum RetryAfter {
    /// Longer waits are cut to this; the server is asked again then.
    package static let secondsMax = 3600

    /// Gives whole seconds to wait, at most `secondsMax`; nothing where the answer names no usable time.
    package static func seconds(_ reply: HTTPReply) -> Int? {
        guard let text = reply.retryAfter else { return nil }
        if let seconds = Int(text) {
            return seconds < 0 ? nil : min(seconds, secondsMax)
        }
        // By the server's own clock: ours may be off by more than the wait.
        guard let until = date(text), let now = reply.date.flatMap({ date($0) }) else { return nil }
        let seconds = (until.microseconds - now.microseconds) / 1_000_000
        return Int(min(max(0, seconds), Int64(secondsMax)))
    }

    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// Reads the preferred form of RFC 9110, section 5.6.7: `Sun, 06 Nov 1994 08:49:37 GMT`.
    package static func date(_ text: String) -> Timestamp? {
        let parts = text.split(separator: " ")
        guard parts.count == 6, parts[5] == "GMT",
            let day = Int(parts[1]), let month = months.firstIndex(of: String(parts[2])),
            let year = Int(parts[3])
        else { return nil }
        let clock = parts[4].split(separator: ":", omittingEmptySubsequences: false)
        guard clock.count == 3, let hour = Int(clock[0]), let minute = Int(clock[1]),
            let second = Int(clock[2])
        else { return nil }
        return Timestamp(
            year: year,
            month: month + 1,
            day: day,
            hour: hour,
            minute: minute,
            second: second,
            offsetSeconds: 0
        )
    }
}
