import InventoryCore
import SnapshotFormats
import TestSupport
import Testing

@Suite("A column for each location")
struct WideTableTests {
    private static let places = [("WH-L", "Leeds"), ("WH-B", "Bristol"), ("WH-H", "Hull")].map {
        ColumnMapping.Place(location: $0.0, onHand: ColumnRule(anyOf: [$0.1]))
    }

    private func format(_ places: [ColumnMapping.Place] = places) throws -> SnapshotFormat {
        let columns = ColumnMapping(
            sku: ColumnRule(anyOf: ["Item"]),
            unit: ColumnRule(source: .constant("EA")),
            asOf: nil,
            asOfTime: nil,
            places: places
        )
        return SnapshotFormat(columns: try #require(columns))
    }

    private func texts(_ reading: Reading) -> [String] {
        reading.rows.map { "\($0.line) \($0.key.sku) \($0.key.location) \($0.onHand?.description ?? "-")" }
    }

    @Test("one row states several locations, and the total is not read")
    func read() throws {
        let text = "Item,Description,Leeds,Bristol,Hull,Total\nW-1,Clamp,5,3,0,8\nW-2,Clamp large,0,4,1,5\n"
        let format = try format()
        let reading = Reading(text, format)
        #expect(
            texts(reading) == [
                "2 W-1 WH-L 5", "2 W-1 WH-B 3", "2 W-1 WH-H 0", "3 W-2 WH-L 0", "3 W-2 WH-B 4",
                "3 W-2 WH-H 1",
            ]
        )
        #expect(reading.rowCount == 2 && reading.rows.allSatisfy { $0.key.unit == "EA" })
        let bytes = Array(text.utf8)
        let slow = ScanReading(TemporaryFile(bytes), format) { $0.forcesCareful = true }
        #expect(slow.rows.count == 6)
        #expect(ScanReading(TemporaryFile(bytes), format) == slow)
        #expect(ScanReading(PiecesOfBytes(bytes, pieceMax: 5, seed: 1), format) == slow)
    }

    @Test("a cell that cannot be read is a fault at its location, a broken key one of the row")
    func faults() throws {
        let text =
            "Item,Leeds,Bristol,Hull\nW-1,5,n/a,\n,1,2,3\nItem,Leeds,Bristol,Hull\nW\u{0},1,2,3\nW-2,1,2\n"
        let reading = Reading(text, try format())
        #expect(texts(reading) == ["2 W-1 WH-L 5"])
        #expect(
            reading.reasons == [
                .badQuantity, .missingValue, .missingValue, .repeatedHeader, .badKey, .missingColumn,
            ]
        )
        #expect(reading.rejected.map(\.key?.location) == ["WH-B", "WH-H", nil, nil, nil, nil])
        #expect(reading.rejected.map(\.column) == ["Bristol", "Hull", "Item", nil, "Item", nil])
    }

    @Test("an empty cell is zero only where that is said, and a file may not end in one")
    func empty() throws {
        var format = try format()
        format.dialect.emptyQuantity = .zero
        #expect(texts(Reading("Item,Leeds,Bristol,Hull\nW-1,,2,\n", format)).count == 3)
        #expect(Reading("Item,Leeds,Bristol,Hull\nW-1,,2,", format).error?.code == .endsInsideRow)
    }

    @Test("a missing column, and one for two locations, are refused")
    func refused() throws {
        #expect(Reading("Item,Leeds,Hull\nW-1,1,2\n", try format()).error?.code == .missingColumn)
        let twice = Self.places + [ColumnMapping.Place(location: "WH-X", onHand: ColumnRule(anyOf: ["hull"]))]
        #expect(
            Reading("Item,Leeds,Bristol,Hull\nW-1,1,2,3\n", try format(twice)).error?.code == .badFormat
        )
    }

    @Test("the columns of the locations have a part in how a snapshot was read")
    func mapping() throws {
        func text(_ format: SnapshotFormat, _ header: String) throws -> String {
            let pass = SnapshotPass(format: format, seeds: KeySeeds(1, 2))
            let file = TemporaryFile(Array((header + "\n").utf8))
            let columns = try pass.run(file) { _ in Recorder(readsAll: true) }.summary.columns
            return SnapshotMapping(format, try #require(columns), duplicates: .sum).text
        }
        let plain = try text(try format(), "Item,Leeds,Bristol,Hull")
        #expect(plain.contains("location \"WH-H\" in \"hull\""))
        #expect(try text(try format(), "Hull,x,Bristol,Leeds,Item") == plain)
        #expect(try text(try format(Array(Self.places.dropLast())), "Item,Leeds,Bristol,Hull") != plain)
    }
}
