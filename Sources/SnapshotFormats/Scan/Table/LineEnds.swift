import Glibc

/// Looks for line ends, quotes and signs in short stretches.
enum LineEnds {
    /// Gives where the first newline stands.
    static func next(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> Int? {
        guard let found = memchr(bytes, 0x0A, count) else { return nil }
        return UnsafeRawPointer(found) - UnsafeRawPointer(bytes)
    }

    /// Whether a row up to its newline at `end` has a quote, or a carriage return before its last byte.
    static func isIrregular(_ bytes: UnsafePointer<UInt8>, _ end: Int, quote: UInt8) -> Bool {
        if quote != 0, memchr(bytes, Int32(quote), end) != nil { return true }
        return end > 1 && memchr(bytes, 0x0D, end - 1) != nil
    }

    /// Counts the line ends inside a quoted row: LF, CRLF and a lone CR are one each.
    static func inside(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> Int {
        var length = count
        if length > 0, bytes[length - 1] == 0x0D { length -= 1 }
        guard memchr(bytes, 0x0A, length) != nil || memchr(bytes, 0x0D, length) != nil else { return 0 }
        var ends = 0
        for index in 0..<length {
            if bytes[index] == 0x0D { ends += 1 }
            if bytes[index] == 0x0A, index == 0 || bytes[index - 1] != 0x0D { ends += 1 }
        }
        return ends
    }

    /// Whether a minus stands there.
    static func hasMinus(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> Bool {
        count > 0 && memchr(bytes, 0x2D, count) != nil
    }
}
