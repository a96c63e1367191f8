import Glibc

/// Text on its way to a file.
struct Lines {
    var bytes: [UInt8] = []

    mutating func append(_ text: String) { bytes.append(contentsOf: text.utf8) }

    mutating func append(number: Int, width: Int = 1) {
        let begin = bytes.count
        var left = number
        repeat {
            bytes.append(UInt8(48 + left % 10))
            left /= 10
        } while left > 0
        while bytes.count - begin < width { bytes.append(48) }
        bytes[begin...].reverse()
    }

    /// Thousandths, with no more decimals than needed.
    mutating func appendAmount(_ thousandths: Int) {
        append(number: thousandths / 1000)
        var left = thousandths % 1000
        guard left > 0 else { return }
        bytes.append(46)
        var unit = 100
        while left > 0 {
            bytes.append(UInt8(48 + left / unit))
            left %= unit
            unit /= 10
        }
    }

    mutating func appendStamp(_ seconds: Int) {
        append("2026-11-")
        append(number: 1 + seconds / 86400, width: 2)
        append("T")
        append(number: seconds / 3600 % 24, width: 2)
        append(":")
        append(number: seconds / 60 % 60, width: 2)
        append(":")
        append(number: seconds % 60, width: 2)
        append("Z")
    }

    mutating func flush(_ file: UnsafeMutablePointer<FILE>) {
        fwrite(bytes, 1, bytes.count, file)
        bytes.removeAll(keepingCapacity: true)
    }
}
