import InventoryCore
import SnapshotFormats
import TestSupport
import Testing

@Suite("How a snapshot was read has a text")
struct SnapshotMappingTests {
    private static let header = "sku,location,unit,on_hand,committed,unusable,as_of,alt,note\n"

    private func mapping(
        _ header: String = header,
        duplicates: DuplicateRule = .sum,
        _ change: (inout SnapshotFormat) -> Void = { _ in }
    ) throws -> SnapshotMapping {
        var format = SnapshotFormat()
        change(&format)
        let bytes = Array(header.replacing(",", with: String(UnicodeScalar(format.dialect.delimiter))).utf8)
        let pass = SnapshotPass(format: format, seeds: KeySeeds(1, 2))
        let summary = try pass.run(TemporaryFile(bytes)) { _ in Recorder(readsAll: true) }.summary
        return SnapshotMapping(format, try #require(summary.columns), duplicates: duplicates)
    }

    @Test("the text names columns, normalisation and dialect")
    func text() throws {
        let mapping = try mapping {
            $0.columns.sku.stripsLeadingZeros = true
            $0.columns.unit = ColumnRule(source: .constant("EA"))
            $0.columns.asOf = nil
        }
        #expect(
            mapping.text.hasPrefix(
                """
                notation delimited
                sku "sku" strip_leading_zeros
                location "location"
                unit constant "EA"
                on_hand "on_hand"
                committed "committed"
                unusable "unusable"
                as_of -

                """
            )
        )
        #expect(mapping.columns.map(\.role) == ["sku", "location", "on_hand", "committed", "unusable"])
        #expect(mapping.columns.map(\.index) == [0, 1, 3, 4, 5])
    }

    @Test("columns that nothing uses, their order, and letters of the header's names have no part in it")
    func unused() throws {
        let plain = try mapping().text
        #expect(try mapping("note,SKU, Location ,x,unit,on_hand,committed,y,unusable,as_of\n").text == plain)
    }

    @Test("each setting by which keys and quantities are read changes it")
    func changes() throws {
        let changes: [(inout SnapshotFormat) -> Void] = [
            { _ in },
            { $0.columns.sku = ColumnRule(anyOf: ["alt"]) },
            { $0.columns.sku.stripsLeadingZeros = true },
            { $0.columns.sku.afterLast = ":" },
            { $0.columns.location = ColumnRule(anyOf: ["alt"]) },
            { $0.columns.location = ColumnRule(source: .constant("W")) },
            { $0.columns.location = ColumnRule(source: .constant("W2")) },
            { $0.columns.unit = nil },
            { $0.columns.unit?.stripsLeadingZeros = true },
            { $0.columns.onHand = ColumnRule(anyOf: ["alt"]) },
            { $0.columns.onHand = ColumnRule(source: .position(4)) },
            { $0.columns.committed = nil },
            { $0.columns.unusable = nil },
            { $0.columns.asOf = nil },
            { $0.columns.bin = ColumnRule(anyOf: ["alt"]) },
            { $0.columns.bin = ColumnRule(anyOf: ["note"]) },
            { $0.dialect.decimalMark = .comma },
            { $0.dialect.grouping = .space },
            { $0.dialect.emptyQuantity = .zero },
            { $0.dialect.delimiter = UInt8(ascii: ";") },
            { $0.dialect.quote = nil },
            { $0.dialect.encoding = .windows1252 },
            { $0.dialect.timeFormat = .pattern("yyyy-MM-dd", timeZone: "UTC") },
            { $0.dialect.timeFormat = .pattern("yyyy-MM-dd", timeZone: "Asia/Tokyo") },
        ]
        var texts = Set(try changes.map { try mapping(Self.header, $0).text })
        #expect(texts.count == changes.count)
        for rule in DuplicateRule.allCases where rule != .sum {
            #expect(texts.insert(try mapping(duplicates: rule).text).inserted)
        }
    }

    @Test("objects have one too")
    func objects() throws {
        let pass = SnapshotPass(format: SnapshotFormat(notation: .ndjson), seeds: KeySeeds(1, 2))
        let file = TemporaryFile(Array(#"{"sku":"A","on_hand":1}"#.utf8))
        let summary = try pass.run(file) { _ in Recorder(readsAll: true) }.summary
        #expect(!summary.endsInsideLine)
        let mapping = SnapshotMapping(
            SnapshotFormat(notation: .ndjson),
            try #require(summary.columns),
            duplicates: .sum
        )
        #expect(mapping.text.contains("on_hand \"on_hand or quantity\""))
        #expect(mapping.columns.allSatisfy { $0.index == nil })
    }
}
