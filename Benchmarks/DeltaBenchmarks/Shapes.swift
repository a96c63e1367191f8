import Glibc

/// The same stock in other shapes than one row a position.
extension Generator {
    /// The rows as JSON objects, a line each.
    func writeObjects(_ rows: [Row], _ name: String) {
        guard let file = fopen("\(folder)/\(name)", "w") else { return }
        defer { fclose(file) }
        var lines = Lines()
        for row in rows {
            lines.append("{\"sku\":\"")
            appendSKU(row.sku, to: &lines)
            lines.append("\",\"location\":\"\(Generator.locations[row.place])\",\"unit\":\"")
            lines.append("\(Generator.units[row.unit])\",\"on_hand\":")
            lines.appendAmount(row.amount)
            lines.append(",\"committed\":")
            lines.append(number: row.committed)
            lines.append(",\"updated_at\":\"")
            lines.appendStamp(row.stamp)
            lines.append("\"}\n")
            if lines.bytes.count > 1 << 20 { lines.flush(file) }
        }
        lines.flush(file)
    }

    /// The rows with a bin each.
    func writeBins(_ rows: [Row], _ name: String) {
        guard let file = fopen("\(folder)/\(name)", "w") else { return }
        defer { fclose(file) }
        var lines = Lines()
        lines.append("sku,location,unit,bin,on_hand,committed,updated_at\n")
        for row in rows {
            appendSKU(row.sku, to: &lines)
            lines.append(",\(Generator.locations[row.place]),\(Generator.units[row.unit]),")
            let mixed = Generator.mixed(UInt64(row.sku * 24 + row.place))
            lines.append(["A-", "B-", "HIGH-"][Int(mixed % 3)])
            lines.append(number: Int(mixed >> 8 % 400))
            lines.append(",")
            lines.appendAmount(row.amount)
            lines.append(",")
            lines.append(number: row.committed)
            lines.append(",")
            lines.appendStamp(row.stamp)
            lines.append("\n")
            if lines.bytes.count > 1 << 20 { lines.flush(file) }
        }
        lines.flush(file)
    }

    /// A SKU's stock at several locations.
    private struct WideRow {
        var sku: Int
        var amounts: [Int]
        var stamp: Int
    }

    static let wideLocations = Array(locations.prefix(8))

    /// As many positions as there are rows elsewhere; 1 % of them changed, 0.05 % of the SKUs gone or new.
    mutating func writeWide() {
        let width = Generator.wideLocations.count
        var base: [WideRow] = []
        base.reserveCapacity(rows / width + 1)
        for sku in 1...max(1, rows / width) {
            let amounts = (0..<width).map { _ in number(100) < 40 ? 0 : number(500) * 1000 }
            base.append(WideRow(sku: sku, amounts: amounts, stamp: number(20 * 86400)))
        }
        writeWide(base, "wide-base.csv")
        var next: [WideRow] = []
        next.reserveCapacity(base.count)
        for row in base {
            let event = number(10_000)
            if event < 5 { continue }
            var row = row
            for place in 0..<width where number(100) == 0 {
                row.amounts[place] = changed(row.amounts[place])
                row.stamp = 22 * 86400 + number(86400)
            }
            next.append(row)
            if event >= 9_995 {
                next.append(WideRow(sku: row.sku + 1 << 28, amounts: row.amounts, stamp: 0))
            }
        }
        writeWide(next, "wide-next.csv")
    }

    private func writeWide(_ rows: [WideRow], _ name: String) {
        guard let file = fopen("\(folder)/\(name)", "w") else { return }
        defer { fclose(file) }
        var lines = Lines()
        lines.append("sku,unit,\(Generator.wideLocations.joined(separator: ",")),updated_at\n")
        for row in rows {
            appendSKU(row.sku, to: &lines)
            lines.append(",each,")
            for amount in row.amounts {
                lines.appendAmount(amount)
                lines.append(",")
            }
            lines.appendStamp(row.stamp)
            lines.append("\n")
            if lines.bytes.count > 1 << 20 { lines.flush(file) }
        }
        lines.flush(file)
    }
}
