import Glibc

/// Writes a catalogue's stock as one snapshot, and the stock some minutes later in several forms.
///
/// `base.csv`, `next.csv` (same order; 1 % changed, 0.05 % removed, 0.05 % added), `shuffled.csv` (the same
/// rows in another order), `touched.csv` (as the base, but every `updated_at` is new), `touched-shuffled.csv`
/// (the same in another order), and `quoted-base.csv` and `quoted.csv` (as `base.csv` and `next.csv`, with
/// other columns in another order, and quotes). `base.ndjson` and `next.ndjson` hold the rows of `base.csv`
/// and `next.csv` as JSON objects, `bin-base.csv` and `bin-next.csv` with a bin as part of the key;
/// `wide-base.csv` and `wide-next.csv` have the stock of eight locations in a row.
struct Generator {
    private var state: UInt64
    let rows: Int
    let folder: String

    init(rows: Int, folder: String, seed: UInt64) {
        self.rows = rows
        self.folder = folder
        state = seed
    }

    struct Row {
        var sku: Int
        var place: Int
        var unit: Int
        var amount: Int
        var committed: Int
        var stamp: Int
    }

    static let locations = (0..<24).map { index in
        let towns = ["LEEDS", "YORK", "LYON", "KOELN", "WIEN", "PORTO", "OSLO", "RIGA"]
        return "\(["WH", "ST", "DC"][index % 3])-\(towns[index % 8])-0\(index / 8 + 1)"
    }
    static let units = ["each", "case", "pallet"]

    mutating func run() {
        let base = makeBase()
        var next: [Row] = []
        next.reserveCapacity(base.count + base.count / 1000)
        var added = 1 << 28
        for row in base {
            let event = number(10_000)
            if event < 5 { continue }
            var row = row
            if event < 105 {
                row.amount = changed(row.amount)
                row.stamp = 22 * 86400 + number(86400)
            }
            next.append(row)
            if event >= 9_995 {
                added += 1
                next.append(
                    Row(
                        sku: added,
                        place: number(24),
                        unit: 0,
                        amount: number(900) * 1000,
                        committed: 0,
                        stamp: 0
                    )
                )
            }
        }
        write(base, "base.csv")
        write(base, "quoted-base.csv", isQuoted: true)
        write(next, "next.csv")
        writeBins(base, "bin-base.csv")
        writeBins(next, "bin-next.csv")
        write(next, "quoted.csv", isQuoted: true)
        writeObjects(base, "base.ndjson")
        writeObjects(next, "next.ndjson")
        var touched = base.map { row in
            var row = row
            row.stamp = 23 * 86400 + row.stamp % 86400
            return row
        }
        write(touched, "touched.csv")
        shuffle(&next)
        write(next, "shuffled.csv")
        shuffle(&touched)
        write(touched, "touched-shuffled.csv")
        writeWide()
    }

    private mutating func shuffle(_ rows: inout [Row]) {
        for index in stride(from: rows.count - 1, to: 0, by: -1) { rows.swapAt(index, number(index + 1)) }
    }

    private mutating func makeBase() -> [Row] {
        var base: [Row] = []
        base.reserveCapacity(rows)
        var sku = 0
        while base.count < rows {
            sku += 1
            for place in 0..<24 where base.count < rows && number(3) == 0 {
                let draw = number(100)
                let amount =
                    draw < 40
                    ? 0
                    : draw < 75 ? number(500) * 1000 : draw < 80 ? number(100_000) * 1000 : number(2_000_000)
                let committed = number(10) < 7 ? 0 : number(60)
                base.append(
                    Row(
                        sku: sku,
                        place: place,
                        unit: sku % 20 == 0 ? 2 : sku % 7 == 0 ? 1 : 0,
                        amount: amount,
                        committed: committed,
                        stamp: number(20 * 86400)
                    )
                )
            }
        }
        return base
    }

    mutating func changed(_ amount: Int) -> Int {
        let other = number(500) * 1000
        return other == amount ? amount + 1000 : other
    }

    /// SplitMix64.
    mutating func number(_ limit: Int) -> Int {
        state &+= 0x9E37_79B9_7F4A_7C15
        return Int(Generator.mixed(state) % UInt64(limit))
    }

    static func mixed(_ value: UInt64) -> UInt64 {
        var mixed = value
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    private func write(_ rows: [Row], _ name: String, isQuoted: Bool = false) {
        guard let file = fopen("\(folder)/\(name)", "w") else { return }
        defer { fclose(file) }
        var lines = Lines()
        lines.append(
            isQuoted
                ? "updated_at,name,on_hand,sku,unit,location,committed\n"
                : "sku,location,unit,on_hand,committed,updated_at\n"
        )
        for row in rows {
            append(row, to: &lines, isQuoted: isQuoted)
            if lines.bytes.count > 1 << 20 { lines.flush(file) }
        }
        lines.flush(file)
    }

    private func append(_ row: Row, to lines: inout Lines, isQuoted: Bool) {
        if isQuoted {
            lines.appendStamp(row.stamp)
            lines.append(
                row.sku % 4 == 0
                    ? ",\"Bolt \"\"M\"\", 3/4 in\"," : row.sku % 9 == 0 ? ",\"Nut, hexagonal\"," : ",Washer,"
            )
            lines.appendAmount(row.amount)
            lines.append(",")
            appendSKU(row.sku, to: &lines)
            lines.append(",\(Generator.units[row.unit]),\(Generator.locations[row.place]),")
            lines.append(number: row.committed)
        } else {
            appendSKU(row.sku, to: &lines)
            lines.append(",\(Generator.locations[row.place]),\(Generator.units[row.unit]),")
            lines.appendAmount(row.amount)
            lines.append(",")
            lines.append(number: row.committed)
            lines.append(",")
            lines.appendStamp(row.stamp)
        }
        lines.append("\n")
    }

    func appendSKU(_ sku: Int, to lines: inout Lines) {
        let mixed = Generator.mixed(UInt64(sku) &* 77)
        lines.append(["AB-", "XN", "UD-", "50000"][Int(mixed % 4)])
        lines.append(number: sku)
        if mixed >> 8 & 3 != 0 { lines.append(["-RED", "-BLK-XL", "-K", "-42"][Int(mixed >> 10 & 3)]) }
    }
}
