import InventoryCore
import SnapshotFormats
import TestSupport

/// An export in which each row has the time of its last change, and that hardly changes.
struct DatedExport {
    private(set) var rows: [String]
    private var next: Int
    private var clock = 0
    private let note: String

    init(rows count: Int, using random: inout SplitMix64) {
        // Long enough for several ranges of a file now and then.
        note = String(repeating: "n", count: count == 3000 ? 900 : random.below(20))
        rows = []
        next = 0
        for _ in 0..<count {
            rows.append(line(next, quantity: random.below(500)))
            next += 1
        }
    }

    private mutating func line(_ number: Int, quantity: Int) -> String {
        clock += 1
        let time = Timestamp(microseconds: 1_764_000_000_000_000 + Int64(clock) * 1_000_000)
        return "SKU-\(number / 3),\(["LEEDS", "YORK", "OSLO"][number % 3]),\(quantity),\(time),\(note)"
    }

    private func number(_ row: Int) -> Int? {
        let fields = rows[row].split(separator: ",", omittingEmptySubsequences: false)
        guard fields.count == 5, let sku = Int(fields[0].dropFirst(4)) else { return nil }
        return ["LEEDS", "YORK", "OSLO"].firstIndex(of: String(fields[1])).map { sku * 3 + $0 }
    }

    /// Gives a row another quantity and a new time.
    mutating func touch(row: Int) {
        guard let number = number(row) else { return }
        rows[row] = line(number, quantity: 1000 + clock)
    }

    mutating func remove(row: Int) { rows.remove(at: row) }

    /// Gives all rows a new time.
    mutating func touchAll() {
        clock += 1
        let time = Timestamp(microseconds: 1_764_000_000_000_000 + Int64(clock) * 1_000_000)
        for row in rows.indices {
            var fields = rows[row].split(separator: ",", omittingEmptySubsequences: false).map(String.init)
            fields[3] = time.description
            rows[row] = fields.joined(separator: ",")
        }
    }

    mutating func change(using random: inout SplitMix64) {
        for _ in 0..<random.below(6) where !rows.isEmpty { touch(row: random.below(rows.count)) }
        if random.chance(40) { rows.remove(at: random.below(rows.count)) }
        if random.chance(40) {
            rows.insert(line(next, quantity: 3), at: random.below(rows.count + 1))
            next += 1
        }
        if random.chance(30) { rows.append(rows[random.below(rows.count)]) }
        if random.chance(20) { rows.swapAt(random.below(rows.count), random.below(rows.count)) }
        if random.chance(20) { rows.insert("bad,,x,y,z", at: random.below(rows.count)) }
        if random.chance(20) { rows.insert("", at: random.below(rows.count)) }
        if random.chance(20) {
            rows.insert(
                "\"SKU \(next)\",YORK,1,,\"two\nlines, and \"\"quotes\"\"\"",
                at: random.below(rows.count)
            )
            next += 1
        }
        if random.chance(15) { rows.rotate(toStartAt: random.below(rows.count)) }
        // An older state comes back.
        if random.chance(10), let number = number(random.below(rows.count)) {
            rows[random.below(rows.count)] = "SKU-\(number / 3),LEEDS,5,2024-01-01T00:00:00Z,\(note)"
        }
    }

    var file: any ByteSource {
        TemporaryFile(Array(("sku,location,on_hand,as_of,note\n" + rows.map { $0 + "\n" }.joined()).utf8))
    }
}

extension [String] {
    fileprivate mutating func rotate(toStartAt index: Int) {
        self = Array(self[index...] + self[..<index])
    }
}
