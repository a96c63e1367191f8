/// Times as the API spells them, in seconds since 1970; the simulator needs no calendar library for that.
enum Timestamp {
    /// `2026-11-23T03:14:47Z`.
    static func text(_ seconds: Int64) -> String {
        let days = Int((seconds - Int64(posRemainder(seconds, 86_400))) / 86_400)
        let second = posRemainder(seconds, 86_400)
        let (year, month, day) = civil(days)
        return pad(year, 4) + "-" + pad(month) + "-" + pad(day) + "T" + pad(second / 3600) + ":"
            + pad(second / 60 % 60) + ":" + pad(second % 60) + "Z"
    }

    /// `Sun, 06 Nov 1994 08:49:37 GMT`, as HTTP headers have it.
    static func header(_ seconds: Int64) -> String {
        let second = posRemainder(seconds, 86_400)
        let days = Int((seconds - Int64(second)) / 86_400)
        let (year, month, day) = civil(days)
        let weekdays = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
        let months = [
            "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
        ]
        return weekdays[posRemainder(Int64(days), 7)] + ", " + pad(day) + " " + months[month - 1] + " "
            + pad(year, 4) + " " + pad(second / 3600) + ":" + pad(second / 60 % 60) + ":" + pad(second % 60)
            + " GMT"
    }

    /// Reads a date, or a date and time with or without zone; nil when it is neither.
    static func parse(_ text: String) -> Int64? {
        let bytes = Array(text.utf8)
        guard bytes.count >= 10, bytes[4] == 0x2d, bytes[7] == 0x2d, let year = number(bytes[0..<4]),
            let month = number(bytes[5..<7]), let day = number(bytes[8..<10]), (1...12).contains(month),
            (1...31).contains(day)
        else { return nil }
        let date = Int64(days(year, month, day)) * 86_400
        guard bytes.count > 10 else { return date }
        guard bytes[10] == 0x54 || bytes[10] == 0x20, bytes.count >= 19, bytes[13] == 0x3a, bytes[16] == 0x3a,
            let hour = number(bytes[11..<13]), let minute = number(bytes[14..<16]),
            let second = number(bytes[17..<19]), hour < 24, minute < 60, second < 60
        else { return nil }
        guard let offset = zone(bytes[19...]) else { return nil }
        return date + Int64(hour * 3600 + minute * 60 + second - offset)
    }

    private static func zone(_ bytes: ArraySlice<UInt8>) -> Int? {
        let rest = Array(bytes.drop { $0 == 0x2e || ($0 >= 0x30 && $0 <= 0x39 && bytes.first == 0x2e) })
        if rest.isEmpty || rest == [0x5a] { return 0 }
        guard rest.count == 6, rest[0] == 0x2b || rest[0] == 0x2d, rest[3] == 0x3a,
            let hours = number(rest[1..<3]),
            let minutes = number(rest[4..<6])
        else { return nil }
        let offset = hours * 3600 + minutes * 60
        return rest[0] == 0x2d ? -offset : offset
    }

    private static func number(_ bytes: some Sequence<UInt8>) -> Int? {
        var value = 0
        for byte in bytes {
            guard byte >= 0x30, byte <= 0x39 else { return nil }
            value = value * 10 + Int(byte - 0x30)
        }
        return value
    }

    private static func pad(_ value: Int, _ width: Int = 2) -> String {
        let text = String(value)
        return String(repeating: "0", count: max(0, width - text.utf8.count)) + text
    }

    private static func posRemainder(_ value: Int64, _ divisor: Int64) -> Int {
        Int((value % divisor + divisor) % divisor)
    }

    // Howard Hinnant's civil calendar arithmetic: years start in March, so that the leap day comes last.
    private static func days(_ year: Int, _ month: Int, _ day: Int) -> Int {
        let year = month <= 2 ? year - 1 : year
        let era = (year >= 0 ? year : year - 399) / 400
        let yearOfEra = year - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    private static func civil(_ days: Int) -> (Int, Int, Int) {
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        let month = shiftedMonth + (shiftedMonth < 10 ? 3 : -9)
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
    }
}
