import Foundation
import InventoryCore
import SnapshotFormats
import SnapshotSources
import TestSupport
import Testing

@Suite struct SnapshotFileTests {
    private static func fixture(_ name: String) throws -> String {
        try #require(Bundle.module.url(forResource: "Fixtures/" + name, withExtension: nil)).path
    }

    private static func bytes(of name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(fileURLWithPath: try fixture(name))))
    }

    /// Reads a source to its end in pieces of `pieceBytes`.
    private static func drain(_ source: any ByteSource, pieceBytes: Int = 1 << 16) throws -> [UInt8] {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: pieceBytes, alignment: 1)
        defer { buffer.deallocate() }
        var bytes: [UInt8] = []
        while true {
            let length = try source.read(into: buffer)
            guard length > 0 else { return bytes }
            bytes += buffer[..<length]
        }
    }

    private static func open(_ path: String, unpackedBytesMax: Int = 1 << 30) throws -> [UInt8] {
        try drain(try SnapshotFile.open(path: path, unpackedBytesMax: unpackedBytesMax))
    }

    private static func code(_ path: String, unpackedBytesMax: Int = 1 << 30) -> Fault.Code? {
        do {
            _ = try open(path, unpackedBytesMax: unpackedBytesMax)
            return nil
        } catch let error as Fault {
            return error.code
        } catch {
            return nil
        }
    }

    @Test(
        "plain, gzip and zstd files give the same bytes, in pieces of any size",
        arguments: ["stock.csv", "stock.csv.gz", "stock.csv.zst"],
        [1, 3, 100, 1 << 20]
    )
    func unpacks(name: String, pieceBytes: Int) throws {
        let source = try SnapshotFile.open(path: try Self.fixture(name))
        #expect(try Self.drain(source, pieceBytes: pieceBytes) == Self.bytes(of: "stock.csv"))
        #expect((source.plainFile != nil) == (name == "stock.csv"))
    }

    @Test("files of several gzip members or zstd frames of any size are unpacked whole", arguments: 0..<12)
    func unpacksMany(seed: UInt64) throws {
        var state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 1
        func random(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        var whole: [UInt8] = []
        var gzip: [UInt8] = []
        var zstd: [UInt8] = []
        for _ in 0...random(30) {
            let length = random(10) == 0 ? random(400_000) : random(300)
            let piece = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ length) }
            let blockBytes = 1 + random(60_000)
            whole += piece
            gzip += Packing.gzip(piece, blockBytes: blockBytes)
            zstd += Packing.zstd(piece, blockBytes: blockBytes)
        }
        let pieceBytes = 1 + random(100_000)
        try TemporaryFolder.with { folder in
            for packed in [gzip, zstd] {
                let source = try SnapshotFile.open(path: try folder.write("many", packed))
                #expect(try Self.drain(source, pieceBytes: pieceBytes) == whole)
            }
        }
    }

    @Test(
        "a compressed file cut off anywhere inside is truncated, never short",
        arguments: ["stock.csv.gz", "stock.csv.zst"]
    )
    func truncated(name: String) throws {
        let whole = try Self.bytes(of: name)
        let text = try Self.bytes(of: "stock.csv")
        try TemporaryFolder.with { folder in
            for length in stride(from: 5, to: whole.count, by: 7) {
                let path = try folder.write("cut", Array(whole[..<length]))
                do {
                    // Cut between two members or frames, the file is whole in itself.
                    let bytes = try Self.open(path)
                    #expect(bytes.count < text.count && text.starts(with: bytes))
                    let rest = Array(whole[length...])
                    #expect(
                        rest.starts(with: [0x1F, 0x8B]) || rest.starts(with: [0x28, 0xB5]) || rest[1] == 0x2A
                    )
                } catch let error as Fault {
                    #expect(error.code == .truncated, "at \(length): \(error)")
                    #expect(error.kind == .badInput)
                }
            }
        }
    }

    @Test(
        "a changed byte in a compressed file is an error, unless it means nothing",
        arguments: ["stock.csv.gz", "stock.csv.zst"]
    )
    func corrupt(name: String) throws {
        let whole = try Self.bytes(of: name)
        let text = try Self.bytes(of: "stock.csv")
        try TemporaryFolder.with { folder in
            for index in stride(from: 100, to: whole.count, by: 11) {
                var bytes = whole
                bytes[index] ^= 0x10
                let path = try folder.write("changed", bytes)
                do {
                    // A few bytes mean nothing: those of a skippable frame, the time and system of a member.
                    #expect(try Self.open(path) == text, "at \(index)")
                } catch let error as Fault {
                    #expect([.corrupt, .truncated].contains(error.code), "at \(index): \(error)")
                }
            }
        }
    }

    @Test("a file that unpacks to more than allowed is refused")
    func unpackedLimit() throws {
        for name in ["stock.csv.gz", "stock.csv.zst"] {
            let path = try Self.fixture(name)
            let count = try Self.bytes(of: "stock.csv").count
            #expect(Self.code(path, unpackedBytesMax: count - 1) == .tooLarge)
            #expect(Self.code(path, unpackedBytesMax: count) == nil)
        }
    }

    @Test("text after the end of the compressed data is an error")
    func trailingBytes() throws {
        try TemporaryFolder.with { folder in
            for packed in [Packing.gzip([65]), Packing.zstd([65])] {
                let path = try folder.write("trailing", packed + Array("sku,quantity\n".utf8))
                #expect(Self.code(path) == .corrupt)
            }
        }
    }

    @Test("a missing file and a folder are told apart, and an empty file is read")
    func cannotOpen() throws {
        try TemporaryFolder.with { folder in
            #expect(Self.code(folder.path + "/none.csv") == .notFound)
            #expect(Self.code(folder.path) == .notAFile)
            let empty = try folder.write("empty", "")
            #expect(try Self.open(empty).isEmpty)
        }
        #expect(Fault(.inputMissing, code: .notFound, place: "", message: "", hint: "").kind == .inputMissing)
        #expect(Fault(.unavailable, code: .readFailed, place: "", message: "", hint: "").kind == .unavailable)
    }
}
