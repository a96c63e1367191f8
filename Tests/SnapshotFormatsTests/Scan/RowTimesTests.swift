import CSeparators
import InventoryCore
import SnapshotFormats
import TestSupport
import Testing

@Suite("Times of the rows of some SKUs")
struct RowTimesTests {
    @Test("are what the slow reader finds, in tables of any dialect", arguments: UInt64(0)..<300)
    func agrees(seed: UInt64) throws {
        let table = RandomTable(seed: seed, rowsMax: 60)
        try expectTwins(table.bytes, table.format, seed)
    }

    @Test("are found in damaged tables and objects too", arguments: UInt64(0)..<200)
    func agreesOnDamage(seed: UInt64) throws {
        var random = SplitMix64(state: seed)
        let (format, bytes) = Tables.table(rows: Int.random(in: 0...60, using: &random), using: &random)
        try expectTwins(bytes, format, seed)
    }

    @Test("are found in objects, the last without a line end")
    func objects() throws {
        var format = SnapshotFormat()
        format.notation = .ndjson
        let bytes = Array(
            """
            {"sku":"A","on_hand":1,"as_of":"2026-11-29T10:00:00Z"}
            {"sku":"B","on_hand":1,"as_of":"2026-11-29T11:00:00+01:00"}
            {"sku":"A","on_hand":"x","as_of":"2026-11-29T10:00:00Z"}
            {"sku":"C","on_hand":3}
            """.utf8
        )
        let pieces = PiecesOfBytes(bytes, pieceMax: 40, seed: 1)
        let rows = try RowTimes.rows(of: ["A", "C", "B"], in: pieces, format: format, seeds: seeds)
        #expect(rows.map(\.sku) == [0, 2, 1])
        #expect(rows.map { $0.asOf?.description } == ["2026-11-29T10:00:00Z", "2026-11-29T10:00:00Z", nil])
        try expectTwins(bytes, format, 1)
    }

    @Test("are those of the wanted SKUs among very many, in ranges that several threads read")
    func many() throws {
        var text = "sku,location,on_hand,as_of\n"
        for row in 0..<60_000 {
            text += "S-\(row % 20_000),WH-\(row / 20_000),1,2026-11-29T10:\(10 + row % 50):00Z\n"
        }
        let wanted = (0..<100).map { SKU("S-\($0 * 199)") }
        let bytes = Array(text.utf8)
        let format = SnapshotFormat()
        var options = SnapshotPass.Options()
        options.rangeBytes = 100_000
        let rows = try RowTimes.rows(
            of: wanted,
            in: TemporaryFile(bytes),
            format: format,
            seeds: seeds,
            options: options
        )
        #expect(rows.count == 300)
        #expect(Set(rows.map(\.sku)) == Set(wanted.indices))
        #expect(try RowTimes.rows(of: [], in: TemporaryFile(bytes), format: format, seeds: seeds).isEmpty)
    }

    private let seeds = KeySeeds(1, 2)

    /// A row as both readers find it: its SKU's text, the digest of its key, and its time.
    private struct FoundRow: Equatable {
        let sku: String
        let key: [UInt64]
        let asOf: Timestamp?
    }

    private func expectTwins(_ bytes: [UInt8], _ format: SnapshotFormat, _ seed: UInt64) throws {
        var slow: [FoundRow] = []
        var isWhole = true
        do {
            var reader = SnapshotReader(format: format)
            try reader.readAll(
                from: PiecesOfBytes(bytes, pieceMax: 1000, seed: seed),
                rows: { row in
                    guard (try? row.net()) != nil else { return }
                    let key = seeds.digest(CanonicalKey.bytes(of: row.key))
                    slow.append(
                        FoundRow(sku: row.key.sku.text, key: [key.first, key.second], asOf: row.asOf)
                    )
                },
                rejected: { _ in }
            )
        } catch {
            isWhole = false
        }
        let skus = Set(slow.map { SKU($0.sku) })
        let wanted = skus.filter { seed % 2 == 0 || ($0.text.utf8.last ?? 0) % 2 == 0 }.sorted()
        let expected = slow.filter { wanted.contains(SKU($0.sku)) }
        func fast(_ input: any ByteSource) -> [FoundRow]? {
            try? RowTimes.rows(of: wanted, in: input, format: format, seeds: seeds).map {
                FoundRow(sku: wanted[$0.sku].text, key: [$0.key.first, $0.key.second], asOf: $0.asOf)
            }
        }
        let file = fast(TemporaryFile(bytes))
        let stream = fast(PiecesOfBytes(bytes, pieceMax: 50, seed: seed))
        #expect(file == (isWhole ? expected : nil), "plain file, seed \(seed)")
        #expect(stream == (isWhole ? expected : nil), "stream, seed \(seed)")
    }
}
