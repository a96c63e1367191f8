import InventoryCore
import SnapshotFormats
import TestSupport
import Testing

@Suite struct RowReaderPropertyTests {
    @Test("a table reads as its rows in every dialect and in pieces of any size", arguments: 0..<400)
    func tablesRoundTrip(seed: UInt64) {
        let table = RandomTable(seed: seed)
        var random = SplitMix64(state: seed &+ 1_000_000)
        let pieceMax = random.pick([1, 2, 7, 64, 100_000])
        let reading = Reading(table.bytes, table.format) { Int.random(in: 1...pieceMax, using: &random) }
        let rows = reading.rows.map { row in
            RandomTable.Row(
                key: row.key,
                onHand: row.onHand ?? .zero,
                committed: row.committed,
                asOf: row.asOf
            )
        }
        #expect(reading.error == nil)
        #expect(reading.rejected.isEmpty)
        #expect(rows == table.rows)
    }

    @Test("damaged bytes give the same rows, rejections and error in every cut", arguments: 0..<300)
    func damageIsContained(seed: UInt64) {
        let table = RandomTable(seed: seed, rowsMax: 12)
        var random = SplitMix64(state: seed &+ 2_000_000)
        var bytes = table.bytes
        for _ in 0..<Int.random(in: 1...8, using: &random) where !bytes.isEmpty {
            let index = Int.random(in: 0..<bytes.count, using: &random)
            switch Int.random(in: 0..<4, using: &random) {
            case 0: bytes[index] = UInt8.random(in: 0...255, using: &random)
            case 1: bytes.remove(at: index)
            case 2: bytes.insert(random.pick([0x22, 0x0A, 0x0D, 0x2C, 0x3B, 0xFF]), at: index)
            default: bytes.removeLast(min(bytes.count, Int.random(in: 1...20, using: &random)))
            }
        }
        var format = table.format
        format.limits.rowBytesMax = random.pick([1 << 20, 40])
        let whole = Reading(bytes, format)
        let cut = Reading(bytes, format) { Int.random(in: 1...5, using: &random) }
        #expect(whole.rows == cut.rows)
        #expect(whole.rejected == cut.rejected)
        #expect(whole.error == cut.error)
        #expect(whole.rowCount == whole.rows.count + whole.rejected.count)
    }

    @Test("random bytes never stop the process", arguments: 0..<100)
    func noiseIsHarmless(seed: UInt64) {
        var random = SplitMix64(state: seed)
        let alphabet: [UInt8] = [0x22, 0x2C, 0x0A, 0x0D, 0x31, 0x2D, 0x2E, 0xC3, 0xA4, 0x00, 0x20]
        var bytes = Array("sku,quantity\n".utf8)
        for _ in 0..<400 { bytes.append(random.pick(alphabet)) }
        let reading = Reading(bytes)
        #expect(reading.rowCount == reading.rows.count + reading.rejected.count)
    }
}
