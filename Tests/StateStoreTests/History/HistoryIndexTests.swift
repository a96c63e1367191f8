import InventoryCore
import Testing

@testable import StateStore

@Suite("The index of a file of the history")
struct HistoryIndexTests {
    private static func sample() -> HistoryIndex {
        var extent = HistoryExtent(places: 3...9)
        (extent.entries, extent.firstAct, extent.lastAct) = (70_000, 17, 4_300)
        (extent.since, extent.until) = (Timestamp(microseconds: -5), Timestamp(microseconds: 1 << 50))
        var index = HistoryIndex(extent)
        func place(_ length: Int) -> HistoryIndex.Place {
            HistoryIndex.Place(offset: index.end, length: length, sum: UInt32(length) &* 2_654_435_761)
        }
        for number in 0..<40 {
            let name = number == 0 ? "" : "AB-\(100 + number)\(String(repeating: "é", count: number * 5))"
            index.blocks.append(SKU(name), at: place(number * 91))
        }
        for number in 0..<12 {
            index.acts.append((first: 17 + Int64(number) * 128, place: place(64 << number)))
        }
        return index
    }

    @Test("what was written is read, block by block")
    func reading() throws {
        let written = Self.sample()
        let read = try HistoryIndex(written.bytes)
        #expect(read.extent == written.extent)
        #expect(read.blocks.places == written.blocks.places)
        #expect(read.blocks.indices.allSatisfy { read.blocks.first(of: $0) == written.blocks.first(of: $0) })
        #expect(read.acts.map(\.place) == written.acts.map(\.place))
        #expect(read.acts.map(\.first) == written.acts.map(\.first))
        #expect(read.bytes == written.bytes)
        #expect(read.end == written.end)
    }

    @Test("cut anywhere, or with a byte too many, it is damaged")
    func cut() {
        let bytes = Self.sample().bytes
        for count in bytes.indices {
            #expect(throws: HistoryDamage.self) { try HistoryIndex(Array(bytes[..<count])) }
        }
        #expect(throws: HistoryDamage.self) { try HistoryIndex(bytes + [0]) }
    }

    @Test("numbers without an end, lengths beyond it and sums of lengths that overflow are damage")
    func beyond() {
        /// An index of no acts whose two blocks say this.
        func bytes(lengths: [Int64], text: UInt64) -> [UInt8] {
            var writer = HistoryBytes()
            for number: Int64 in [1, 1, 0, 0, 0, 0, 0, 0, 2] { writer.append(signed: number) }
            for length in lengths {
                writer.append(signed: length)
                writer.append(unsigned: 1)
                writer.append(unsigned: text)
            }
            writer.append(signed: 0)
            return writer.bytes
        }
        #expect(throws: Never.self) { try HistoryIndex(bytes(lengths: [5, 5], text: 0)) }
        for lengths: [Int64] in [[.max, .max], [1, .max], [-1, 5]] {
            #expect(throws: HistoryDamage.self) { try HistoryIndex(bytes(lengths: lengths, text: 0)) }
        }
        for text in [UInt64.max, UInt64(Int64.max), 1 << 40, 9] {
            #expect(throws: HistoryDamage.self) { try HistoryIndex(bytes(lengths: [5, 5], text: text)) }
        }
        let endless = [UInt8](repeating: 0xFF, count: 64)
        #expect(throws: HistoryDamage.self) { try HistoryIndex(endless) }
    }

    @Test("altered in any way it is damage or an index whose every block can be asked for", arguments: 0..<8)
    func altered(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let whole = Self.sample().bytes
        for _ in 0..<500 {
            var bytes = whole
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let place = Int.random(in: bytes.indices, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
                case 1: bytes[place] = [0, 0x7F, 0x80, 0xFF].randomElement(using: &random) ?? 0
                case 2: bytes.insert(UInt8.random(in: 0...255, using: &random), at: place)
                default: bytes.removeSubrange(place..<min(bytes.count, place + 3))
                }
            }
            guard let index = try? HistoryIndex(bytes) else { continue }
            // Whatever it says, its words lie within its own bytes and its blocks follow one another.
            #expect(index.extent.firstAct <= index.extent.lastAct)
            #expect(index.blocks.indices.allSatisfy { index.blocks.first(of: $0).count <= bytes.count })
            #expect(index.blocks.places.allSatisfy { $0.length >= 0 && $0.offset >= 0 } && index.end >= 0)
            for name in ["", "AB-120", "ÿ"] {
                let found = index.blocks(of: SKU(name))
                #expect(found.isEmpty || index.blocks.indices.contains(found.upperBound - 1))
            }
            _ = index.actBlock(of: 500).map { index.acts[$0] }
        }
    }
}
