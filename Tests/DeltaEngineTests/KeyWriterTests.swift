import InventoryCore
import SnapshotFormats
import TestSupport
import Testing

@testable import DeltaEngine

@Suite("Keys as a baseline file keeps them")
struct KeyWriterTests {
    /// Keys of SKUs with several locations each, some of them long.
    private static func keys(_ count: Int, using random: inout SplitMix64) -> [[UInt8]] {
        var sku = ""
        return (0..<count).map { _ in
            if random.chance(30) {
                let long = String(repeating: "x", count: 300)
                sku = random.pick(["A", "AB,", "ART-\(random.next() % 1000)", long])
            }
            let location = Location(random.pick(["", "WH,1", "WH-\(random.next() % 40)", "é"]))
            let unit = StockUnit(random.pick(["", "each", String(repeating: "u", count: 200)]))
            return CanonicalKey.bytes(of: PositionKey(sku: SKU(sku), location: location, unit: unit))
        }
    }

    /// Writes keys as one part, and gives what is read of it from each row on.
    private static func reading(
        _ keys: [[UInt8]],
        _ tails: KeyTails,
        memoryBytesMax: Int = .max
    ) throws -> [[[UInt8]]] {
        var writer = KeyWriter(tails)
        for key in keys {
            let written = key.withUnsafeBufferPointer { key in
                key.baseAddress.map { writer.append($0, key.count) }
            }
            #expect(written?.prefixBytes == key.firstIndex(of: CanonicalKey.comma).map { $0 + 1 })
        }
        let folder = TemporaryFolder()
        let room = StagingRoom(beside: "\(folder.path)/b", bytesMax: memoryBytesMax)
        try writer.close(room)
        var heap: [UInt8] = []
        try writer.forEachPiece(of: room, bytesMax: 50) { heap += $0 }
        try writer.withBytes(of: room) { #expect(Array($0) == heap) }
        let (ends, bytes) = tails.written
        return heap.withUnsafeBufferPointer { heap in
            ends.withUnsafeBufferPointer { ends in
                bytes.withUnsafeBufferPointer { bytes in
                    writer.anchors.withUnsafeBufferPointer { anchors in
                        let heap = KeyHeap(
                            bytes: heap,
                            anchors: anchors,
                            parts: [0],
                            tails: TailTexts(ends: ends, bytes: bytes)
                        )
                        return keys.indices.map { row in
                            var cursor = heap.cursor(at: row)
                            var read: [[UInt8]] = []
                            while cursor.next() { read.append(cursor.key) }
                            return read
                        }
                    }
                }
            }
        }
    }

    @Test("are read back from any row on", arguments: UInt64(0)..<30)
    func roundTrip(seed: UInt64) throws {
        var random = SplitMix64(state: seed)
        let keys = KeyWriterTests.keys(Int.random(in: 1...90, using: &random), using: &random)
        for memoryBytesMax in [0, .max] {
            let reading = try KeyWriterTests.reading(keys, KeyTails(), memoryBytesMax: memoryBytesMax)
            for row in keys.indices { #expect(reading[row] == Array(keys[row...])) }
        }
    }

    @Test("are found in several parts, of which some are empty", arguments: UInt64(0)..<30)
    func parts(seed: UInt64) throws {
        var random = SplitMix64(state: seed)
        let tails = KeyTails()
        let room = StagingRoom(beside: "unused", bytesMax: .max)
        var (keys, begins, anchors, bytes) = ([[UInt8]](), [Int](), [UInt64](), [UInt8]())
        for _ in 0..<Int.random(in: 1...8, using: &random) {
            begins.append(keys.count)
            let part = KeyWriterTests.keys(random.pick([0, 0, 1, 16, 40]), using: &random)
            keys += part
            var writer = KeyWriter(tails)
            for key in part {
                key.withUnsafeBufferPointer { key in
                    if let base = key.baseAddress { _ = writer.append(base, key.count) }
                }
            }
            anchors += writer.anchors.map { $0 + UInt64(bytes.count) }
            try writer.forEachPiece(of: room) { bytes += $0 }
        }
        let (ends, texts) = tails.written
        bytes.withUnsafeBufferPointer { bytes in
            anchors.withUnsafeBufferPointer { anchors in
                ends.withUnsafeBufferPointer { ends in
                    texts.withUnsafeBufferPointer { texts in
                        let tails = TailTexts(ends: ends, bytes: texts)
                        let heap = KeyHeap(bytes: bytes, anchors: anchors, parts: begins, tails: tails)
                        for row in keys.indices {
                            var cursor = heap.cursor(at: row)
                            let isFound = cursor.next()
                            #expect(isFound && cursor.key == keys[row])
                            // With or without the tail, what comes next is the same.
                            var other = heap.cursor(at: row)
                            while true {
                                let isThere = random.chance(50) ? other.next() : other.nextNumbered()
                                guard isThere else { break }
                            }
                            let isMore = other.next()
                            #expect(!isMore)
                        }
                    }
                }
            }
        }
    }

    @Test("are read with and without their tails, in any order", arguments: UInt64(0)..<30)
    func withoutTails(seed: UInt64) throws {
        var random = SplitMix64(state: seed)
        let keys = KeyWriterTests.keys(60, using: &random)
        let tails = KeyTails()
        var writer = KeyWriter(tails)
        for key in keys {
            key.withUnsafeBufferPointer { key in
                if let base = key.baseAddress { _ = writer.append(base, key.count) }
            }
        }
        let (ends, texts) = tails.written
        try writer.withBytes(of: StagingRoom(beside: "unused", bytesMax: .max)) { bytes in
            ends.withUnsafeBufferPointer { ends in
                texts.withUnsafeBufferPointer { texts in
                    let tails = TailTexts(ends: ends, bytes: texts)
                    var cursor = KeyCursor(bytes.bindMemory(to: UInt8.self), tails, offset: 0)
                    for key in keys {
                        let comma = key.firstIndex(of: CanonicalKey.comma) ?? 0
                        let tail = Array(key[(comma + 1)...])
                        if random.chance(50) {
                            let isThere = cursor.next()
                            #expect(isThere && cursor.key == key)
                        } else {
                            let isThere = cursor.nextNumbered()
                            #expect(isThere && cursor.begins(with: Array(key[...comma])))
                        }
                        #expect(cursor.tail.flatMap { tails[$0] }.map(Array.init) == tail)
                    }
                }
            }
        }
    }

    @Test("leave memory while more keys come, if there is no room")
    func manyPieces() throws {
        let folder = TemporaryFolder()
        var random = SplitMix64(state: 7)
        let little = StagingRoom(beside: "\(folder.path)/b", bytesMax: 5 << 20)
        let much = StagingRoom(beside: "\(folder.path)/c", bytesMax: .max)
        var (writer, whole) = (KeyWriter(KeyTails()), KeyWriter(KeyTails()))
        for _ in 0..<80_000 {
            let name = (0..<20).map { _ in String(random.next(), radix: 36) }.joined()
            let location = Location("WH-\(random.next() % 5)")
            let key = CanonicalKey.bytes(of: PositionKey(sku: SKU(name), location: location, unit: "EA"))
            key.withUnsafeBufferPointer { key in
                guard let base = key.baseAddress else { return }
                _ = (writer.append(base, key.count), whole.append(base, key.count))
            }
            try writer.makeRoom(little)
            try whole.makeRoom(much)
        }
        try writer.close(little)
        var (pieces, read, written) = (0, [UInt8](), [UInt8]())
        try writer.forEachPiece(of: little) {
            pieces += 1
            read += $0
        }
        try whole.withBytes(of: much) { written = Array($0) }
        #expect(read == written && writer.count == whole.count && writer.anchors == whole.anchors)
        #expect(pieces > 15)
    }

    @Test("are read back when there are more tails than numbers")
    func manyTails() throws {
        var random = SplitMix64(state: 1)
        let tails = KeyTails()
        for number in 0..<KeyTails.countMax {
            _ = Array("L\(number),".utf8).withUnsafeBufferPointer { tails.number(of: $0) }
        }
        let keys = KeyWriterTests.keys(60, using: &random)
        let reading = try KeyWriterTests.reading(keys, tails)
        for row in keys.indices { #expect(reading[row] == Array(keys[row...])) }
        #expect(tails.texts.count == KeyTails.countMax)
    }

    @Test("end the reading at a tail number that does not exist")
    func damaged() {
        let empty = UnsafeBufferPointer<UInt32>(start: nil, count: 0)
        let tails = TailTexts(ends: empty, bytes: UnsafeBufferPointer(start: nil, count: 0))
        let heaps: [[UInt8]] = [
            [0, 2, 0x41, 0x2C, 1], [1, 0, 0], [0, 9, 0x41], [0, 2, 0x41, 0x2C, 0, 5, 0x42], [0x80],
        ]
        for heap in heaps {
            heap.withUnsafeBufferPointer { bytes in
                var cursor = KeyCursor(bytes, tails, offset: 0)
                let reads = [cursor.next(), cursor.next()]
                #expect(reads == [false, false])
            }
        }
    }
}
