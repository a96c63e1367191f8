import CSeparators
import Glibc

/// The keys that a snapshot has and the baseline has not, each once.
struct AddedKeys {
    private(set) var digests: [separators_digest] = []
    private var ends: [Int] = []
    private let bytes = KeyBytes()
    private var table: [UInt32] = []

    /// Where numbers of added keys begin among numbers of rows, in lists of both.
    static let firstRow: UInt32 = 1 << 31

    var count: Int { digests.count }

    /// Gives the number of a key, which is a new one if it was not there.
    mutating func insert(_ digest: separators_digest, _ key: UnsafePointer<UInt8>, _ length: Int) -> Int {
        if digests.count * 2 >= table.count { grow() }
        var place = Int(truncatingIfNeeded: digest.first) & (table.count - 1)
        while table[place] != UInt32.max {
            let other = digests[Int(table[place])]
            if other.first == digest.first, other.second == digest.second { return Int(table[place]) }
            place = (place + 1) & (table.count - 1)
        }
        table[place] = UInt32(digests.count)
        digests.append(digest)
        ends.append(bytes.append(key, length).upperBound)
        return digests.count - 1
    }

    /// Lends the text of a key until another is added.
    func key(_ number: Int) -> UnsafeBufferPointer<UInt8> {
        bytes[(number == 0 ? 0 : ends[number - 1])..<ends[number]]
    }

    /// Gives the number of a key that is there.
    func find(_ digest: separators_digest) -> Int? {
        guard !table.isEmpty else { return nil }
        var place = Int(truncatingIfNeeded: digest.first) & (table.count - 1)
        while table[place] != UInt32.max {
            let other = digests[Int(table[place])]
            if other.first == digest.first, other.second == digest.second { return Int(table[place]) }
            place = (place + 1) & (table.count - 1)
        }
        return nil
    }

    private mutating func grow() {
        table = Array(repeating: UInt32.max, count: max(256, table.count * 4))
        for (number, digest) in digests.enumerated() {
            var place = Int(truncatingIfNeeded: digest.first) & (table.count - 1)
            while table[place] != UInt32.max { place = (place + 1) & (table.count - 1) }
            table[place] = UInt32(number)
        }
    }
}
