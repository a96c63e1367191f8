import InventoryCore
import SnapshotFormats
import TestSupport

/// An export that states the time of the export in every row, in one of several notations.
struct StampedExport {
    enum Form: CaseIterable {
        case timeLast, timeFirst, timeBetween, objects, bins, sites
    }

    struct Row {
        var number: Int
        var quantities: [Int]
        var time: String
    }

    let form: Form
    private let lineEnd: String
    private let quotesTimes: Bool
    private(set) var rows: [Row] = []
    private var clock = 0

    private static let siteCount = 5

    init(_ form: Form, rows count: Int, using random: inout SplitMix64) {
        self.form = form
        lineEnd = random.chance(20) ? "\r\n" : "\n"
        quotesTimes = random.chance(20)
        for number in 0..<count {
            let quantities = (0..<StampedExport.siteCount).map { _ in random.below(300) }
            rows.append(Row(number: number, quantities: quantities, time: instant(random.below(1_000_000))))
        }
    }

    private func instant(_ seconds: Int) -> String {
        Timestamp(microseconds: (1_764_000_000 + Int64(seconds)) * 1_000_000).description
    }

    /// Gives every row a new time; some of them one that is none, or that is written in another way.
    mutating func stamp(oddPercent: Int, using random: inout SplitMix64) {
        clock += 10_000_000
        let isOwn = random.chance(40)
        for row in rows.indices {
            rows[row].time = instant(clock + (isOwn ? random.below(100_000) : 0))
            guard random.chance(oddPercent) else { continue }
            rows[row].time = random.pick([
                "", "never", "2026-02-30T00:00:00Z", "2027-01-01 10:00:00Z", "2027-01-01t10:00:00z",
                "2027-01-01T10:00:00+01:00", "2027-01-01T10:00:00.5Z", "2026-12-31T23:59:60Z", " ",
                "2024-02-29T00:00:00Z", "2100-01-01T00:00:00Z", "20270101T1000000000Z",
            ])
        }
    }

    mutating func change(using random: inout SplitMix64) {
        for _ in 0..<random.below(5) where !rows.isEmpty {
            rows[random.below(rows.count)].quantities[random.below(StampedExport.siteCount)] = random.below(
                900
            )
        }
        if random.chance(30) { rows.remove(at: random.below(rows.count)) }
        if random.chance(30) {
            let quantities = (0..<StampedExport.siteCount).map { _ in random.below(300) }
            rows.append(Row(number: 1_000_000 + clock, quantities: quantities, time: instant(clock)))
        }
        if random.chance(20) { rows.append(rows[random.below(rows.count)]) }
    }

    mutating func shuffle(using random: inout SplitMix64) { rows.shuffle(using: &random) }

    var format: SnapshotFormat {
        var format = SnapshotFormat(notation: form == .objects ? .ndjson : .delimited)
        if form == .bins { format.columns.bin = ColumnRule(anyOf: ["bin"]) }
        guard form == .sites else { return format }
        (format.columns.location, format.columns.committed, format.columns.unusable) = (nil, nil, nil)
        format.columns.places = (0..<StampedExport.siteCount).map {
            ColumnMapping.Place(location: "WH-\($0)", onHand: ColumnRule(anyOf: ["wh\($0)"]))
        }
        format.columns.onHand = format.columns.places[0].onHand
        return format
    }

    private var header: String {
        switch form {
        case .timeLast: "sku,location,unit,on_hand,committed,as_of"
        case .timeFirst: "as_of,sku,location,unit,on_hand,note"
        case .timeBetween: "sku,location,on_hand,as_of,committed,unit"
        case .objects: ""
        case .bins: "sku,location,unit,bin,on_hand,as_of"
        case .sites:
            "sku," + (0..<StampedExport.siteCount).map { "wh\($0)" }.joined(separator: ",") + ",as_of"
        }
    }

    private func line(_ row: Row) -> String {
        let (sku, place) = ("SKU-\(row.number / 3)", "WH-\(row.number % 3)")
        let time = quotesTimes ? "\"\(row.time)\"" : row.time
        let (onHand, committed) = (row.quantities[0], row.quantities[1])
        switch form {
        case .timeLast: return "\(sku),\(place),each,\(onHand),\(committed),\(time)"
        case .timeFirst: return "\(time),\(sku),\(place),each,\(onHand),a note of some length"
        case .timeBetween: return "\(sku),\(place),\(onHand),\(time),\(committed),each"
        case .objects:
            return "{\"sku\":\"\(sku)\",\"location\":\"\(place)\",\"on_hand\":\(onHand)"
                + ",\"updated_at\":\"\(row.time)\",\"committed\":\(committed)}"
        case .bins: return "\(sku),\(place),each,\(row.number % 2 == 0 ? "B-1" : ""),\(onHand),\(time)"
        case .sites:
            return "SKU-\(row.number)," + row.quantities.map(String.init).joined(separator: ",") + ",\(time)"
        }
    }

    var file: any ByteSource {
        let lines = (form == .objects ? [] : [header]) + rows.map(line)
        return TemporaryFile(Array(lines.map { $0 + lineEnd }.joined().utf8))
    }
}
