import InventoryCore
import SnapshotFormats
import Testing

@Suite("Tables that are no snapshots")
struct TableReaderTests {
    /// Bytes in memory as a source.
    private final class Bytes: ByteSource {
        private var rest: ArraySlice<UInt8>

        var plainFile: PlainFile? { nil }

        init(_ text: String) { rest = Array(text.utf8)[...] }

        func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
            let part = rest.prefix(buffer.count)
            buffer.copyBytes(from: part)
            rest = rest.dropFirst(part.count)
            return part.count
        }
    }

    private let columns = [
        TableReader.Column("sku"), TableReader.Column("site", isOptional: true),
        TableReader.Column("on_hand", "quantity", content: .quantity),
    ]

    private func read(_ text: String, chunkBytes: Int = 7) throws -> (
        rows: [TableReader.Row], faults: [String]
    ) {
        var reader = TableReader(columns: columns)
        var rows: [TableReader.Row] = []
        var faults: [String] = []
        try reader.readAll(
            from: Bytes(text),
            chunkBytes: chunkBytes,
            rows: { rows.append($0) },
            rejected: { faults.append("\($0.line) \($0.reason.rawValue) \($0.column ?? "")") }
        )
        return (rows, faults)
    }

    @Test(
        "rows come in order with their lines, in whatever pieces the bytes arrive",
        arguments: [1, 2, 7, 4096]
    )
    func rows(chunkBytes: Int) throws {
        let text =
            "\u{FEFF}Quantity,other, SKU ,site\r\n1.5,x,\" A,1\",main\r\n\r\n-2,\"two\nlines\",Ä 1,\n,,B,s"
        let (rows, faults) = try read(text, chunkBytes: chunkBytes)
        #expect(faults.isEmpty)
        #expect(rows.map(\.line) == [2, 4, 6])
        #expect(
            rows.map(\.cells) == [
                [.text("A,1"), .text("main"), .quantity(Quantity(millionths: 1_500_000))],
                [.text("Ä 1"), .text(""), .quantity(Quantity(units: -2))],
                [.text("B"), .text("s"), .absent],
            ]
        )
    }

    @Test("a column that may be missing is absent in every row")
    func optional() throws {
        #expect(
            try read("on_hand,sku\n1,A\n").rows.map(\.cells) == [
                [.text("A"), .absent, .quantity(Quantity(units: 1))]
            ]
        )
    }

    @Test("a bad row is set aside with its line, reason and column, and the next ones are read")
    func rejected() throws {
        let (rows, faults) = try read(
            "sku,quantity\nA,x\nB\nC,1,2\n\"D\"d,1\nE,0.0000001\nF,99999999999999\nG,7\n"
        )
        #expect(
            faults == [
                "2 bad_quantity quantity", "3 missing_column ", "4 too_many_columns ", "5 bad_quoting ",
                "6 bad_quantity quantity", "7 too_large quantity",
            ]
        )
        #expect(rows.map(\.line) == [8])
    }

    @Test(
        "a table that cannot be read says why",
        arguments: [
            ("", "empty"), ("\n\n", "empty"), ("sku\nA\n", "missing_column"),
            ("sku,sku,quantity\n", "ambiguous_column"), ("sku,quantity\nA", "ends_inside_row"),
            ("sku,quantity\nA,", "ends_inside_row"), ("sku,quantity\nA,\"1", "ends_inside_row"),
        ]
    )
    func faults(text: String, code: String) throws {
        let fault = try #require(throws: Fault.self) { try read(text) }
        #expect(fault.code.rawValue == code && fault.kind == .badInput)
    }
}
