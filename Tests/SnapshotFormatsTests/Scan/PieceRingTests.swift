import InventoryCore
import SnapshotFormats
import TestSupport
import Testing

@Suite("A stream that fails ends with its error, however far it was unpacked")
struct PieceRingTests {
    private func table(header: String, megabytes: Int) -> [UInt8] {
        let row = Array("SKU-1,LEEDS,EA,4\n".utf8)
        var bytes = Array(header.utf8)
        while bytes.count < megabytes << 20 { bytes += row }
        return bytes
    }

    @Test("if the source fails after some megabytes", arguments: 0...7)
    func source(megabytes: Int) {
        let bytes = table(header: "sku,location,unit,on_hand\n", megabytes: megabytes)
        #expect(throws: BrokenSource.Failure.self) {
            try PieceRingTests.read(BrokenSource(bytes))
        }
    }

    @Test("if the header lacks a wanted column, with more rows behind it", arguments: 1...7)
    func header(megabytes: Int) {
        let bytes = table(header: "sku,location,unit,wrong\n", megabytes: megabytes)
        let error = #expect(throws: Fault.self) {
            try PieceRingTests.read(PiecesOfBytes(bytes, pieceMax: 1 << 20, seed: 1))
        }
        #expect(error?.code == .missingColumn)
    }

    private static func read(_ source: any ByteSource) throws {
        let pass = SnapshotPass(format: SnapshotFormat(), seeds: KeySeeds(1, 2))
        _ = try pass.run(source) { _ in Recorder(readsAll: false) }
    }
}

/// Gives its bytes and then fails.
private final class BrokenSource: ByteSource {
    struct Failure: Error {}

    private let bytes: [UInt8]
    private var offset = 0

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        let count = min(buffer.count, bytes.count - offset)
        guard count > 0 else { throw Failure() }
        buffer.copyBytes(from: bytes[offset..<offset + count])
        offset += count
        return count
    }

    var plainFile: PlainFile? { nil }
}
