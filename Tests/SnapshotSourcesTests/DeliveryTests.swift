import Crypto
import Foundation
import InventoryCore
import SnapshotFormats
import TestSupport
import Testing

@testable import SnapshotSources

@Suite("A delivery is opened once, and all that is made of it has the same bytes")
struct DeliveryTests {
    private static let past = Date(timeIntervalSince1970: 1_000_000)
    private static let text = Array("sku,location,unit,on_hand\nA-1,WH-1,EA,10\n".utf8)
    /// As long as `text`: only the times tell that the file was rewritten.
    private static let other = Array("sku,location,unit,on_hand\nA-1,WH-1,EA,99\n".utf8)

    private static func drain(_ source: any ByteSource) throws -> [UInt8] {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 7, alignment: 1)
        defer { buffer.deallocate() }
        var bytes: [UInt8] = []
        while true {
            let length = try source.read(into: buffer)
            guard length > 0 else { return bytes }
            bytes += buffer[..<length]
        }
    }

    private static func bytes(at path: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(fileURLWithPath: path)))
    }

    private static func sha256(_ bytes: [UInt8]) -> String {
        SHA256.hash(data: bytes).hexadecimal
    }

    /// Writes into the file that is there, as an exporter does that does not rename.
    private static func rewrite(_ path: String, _ bytes: [UInt8]) throws {
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        try file.truncate(atOffset: 0)
        try file.write(contentsOf: Data(bytes))
        try file.close()
    }

    private static func code(_ body: () throws -> Void) -> Fault.Code? {
        do {
            try body()
            return nil
        } catch {
            return (error as? Fault)?.code
        }
    }

    private static let summed = SnapshotContract(sha256: String(repeating: "0", count: 64))

    @Test("plain, gzip and zstd: diff, SHA-256 and copy agree", arguments: [0, 1, 2])
    func agrees(packing: Int) throws {
        let packed = [Self.text, Packing.gzip(Self.text), Packing.zstd(Self.text)][packing]
        try TemporaryFolder.with { folder in
            let path = try folder.write("stock.csv", packed, modified: Self.past)
            let delivery = try Delivery.open(path: path, source: "erp", contract: Self.summed)
            #expect(delivery.source == "erp" && delivery.name == "stock.csv" && delivery.path == path)
            #expect(delivery.sizeBytes == packed.count)
            #expect(delivery.modified == Timestamp(microseconds: 1_000_000_000_000))
            #expect(try Self.drain(delivery.bytes()) == Self.text)
            #expect(try delivery.sha256() == Self.sha256(packed))
            try delivery.take(aside: folder.path + "/copy")
            #expect(try Self.bytes(at: folder.path + "/copy") == packed)
            #expect(try Self.drain(delivery.bytes()) == Self.text)
            #expect(!delivery.hasChanged)
        }
    }

    @Test("another file that takes the path by a rename makes no difference, and is no change")
    func replaced() throws {
        try TemporaryFolder.with { folder in
            let path = try folder.write("stock.csv", Self.text, modified: Self.past)
            let delivery = try Delivery.open(path: path, contract: Self.summed)
            let next = try folder.write("next", Self.other)
            #expect(rename(next, path) == 0)
            #expect(!delivery.hasChanged)
            #expect(try Self.drain(delivery.bytes()) == Self.text)
            #expect(try delivery.sha256() == Self.sha256(Self.text))
            try delivery.take(aside: folder.path + "/copy")
            #expect(try Self.bytes(at: folder.path + "/copy") == Self.text)
            #expect(try Self.drain(Delivery.open(path: path).bytes()) == Self.other)
        }
    }

    @Test(
        "a file rewritten in place after the opening is noticed, and no copy is left",
        arguments: [true, false]
    )
    func rewritten(keepsTime: Bool) throws {
        try TemporaryFolder.with { folder in
            let path = try folder.write("stock.csv", Self.text, modified: Self.past)
            let delivery = try Delivery.open(path: path)
            #expect(try Self.drain(delivery.bytes()) == Self.text)
            #expect(!delivery.hasChanged)
            // The system's clock for files goes in steps of some milliseconds.
            let before = FileState(delivery.file.descriptor)?.changed
            repeat {
                try Self.rewrite(path, Self.other)
                if keepsTime {
                    try FileManager.default.setAttributes([.modificationDate: Self.past], ofItemAtPath: path)
                }
            } while FileState(delivery.file.descriptor)?.changed == before
            #expect(delivery.hasChanged)
            let copy = folder.path + "/copy"
            #expect(Self.code { try delivery.take(aside: copy) } == .deliveryChanged)
            #expect(!FileManager.default.fileExists(atPath: copy))
        }
    }

    @Test("a file cut off after the opening is never read as a short one", arguments: FileCopy.Way.allCases)
    func cutOff(way: FileCopy.Way) throws {
        try TemporaryFolder.with { folder in
            let path = try folder.write("stock.csv", Self.text, modified: Self.past)
            let delivery = try Delivery.open(path: path)
            #expect(truncate(path, 20) == 0)
            #expect(Self.code { _ = try Self.drain(delivery.bytes()) } == .deliveryChanged)
            #expect(Self.code { _ = try delivery.sha256() } == .deliveryChanged)
            let copy = FileCopy(file: delivery.file, sizeBytes: delivery.sizeBytes, cheapest: way)
            #expect(
                Self.code { try delivery.take(aside: folder.path + "/copy", by: copy) } == .deliveryChanged
            )
        }
    }

    @Test("rows appended after the opening are not read, and are noticed")
    func appended() throws {
        try TemporaryFolder.with { folder in
            let path = try folder.write("stock.csv", Self.text, modified: Self.past)
            let delivery = try Delivery.open(path: path)
            try Self.rewrite(path, Self.text + Self.text)
            #expect(try Self.drain(delivery.bytes()) == Self.text)
            #expect(try delivery.bytes().plainFile?.lengthBytes == Self.text.count)
            #expect(delivery.hasChanged)
        }
    }

    @Test("a packed delivery is summed while it is unpacked, and not read again", arguments: [1, 2])
    func summedOnTheWay(packing: Int) throws {
        let packed = packing == 1 ? Packing.gzip(Self.text) : Packing.zstd(Self.text)
        try TemporaryFolder.with { folder in
            let path = try folder.write("stock", packed, modified: Self.past)
            let delivery = try Delivery.open(path: path, contract: Self.summed)
            _ = try Self.drain(delivery.bytes())
            try Self.rewrite(path, [UInt8](repeating: 0, count: packed.count))
            #expect(try delivery.sha256() == Self.sha256(packed))
        }
    }

    @Test("a plain file is lent to workers by its one descriptor")
    func plainFile() throws {
        try TemporaryFolder.with { folder in
            let path = try folder.write("stock.csv", Self.text)
            let delivery = try Delivery.open(path: path)
            let descriptors = try (0..<3).map { _ in try delivery.bytes().plainFile?.descriptor }
            #expect(Set(descriptors) == [delivery.file.descriptor])
        }
    }

    @Test(
        "every way of copying gives the same bytes",
        arguments: FileCopy.Way.allCases,
        [0, 1, 4096, 3_000_001]
    )
    func ways(cheapest: FileCopy.Way, sizeBytes: Int) throws {
        let bytes = (0..<sizeBytes).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }
        try TemporaryFolder.with { folder in
            let delivery = try Delivery.open(path: try folder.write("stock.csv", bytes))
            let copy = FileCopy(
                file: delivery.file,
                sizeBytes: sizeBytes,
                cheapest: cheapest,
                linkedFromBytes: 4096
            )
            let way = try delivery.take(aside: folder.path + "/copy", by: copy)
            #expect(way >= cheapest || sizeBytes == 0)
            #expect(try Self.bytes(at: folder.path + "/copy") == bytes)
        }
    }

    @Test("a large file is linked, not changed by the link, and not written to by the next copy to its name")
    func linked() throws {
        try TemporaryFolder.with { folder in
            let path = try folder.write("stock.csv", Self.text, modified: Self.past)
            let delivery = try Delivery.open(path: path)
            var copy = FileCopy(file: delivery.file, sizeBytes: delivery.sizeBytes, cheapest: .link)
            copy.linkedFromBytes = 1
            let aside = folder.path + "/copy"
            #expect(try delivery.take(aside: aside, by: copy) == .link)
            #expect(!delivery.hasChanged)
            let next = try Delivery.open(path: try folder.write("next", Self.other))
            try next.take(aside: aside)
            #expect(try Self.bytes(at: path) == Self.text)
            #expect(try Self.bytes(at: aside) == Self.other)
        }
    }

    @Test("a file without a name cannot be linked, and is copied")
    func linkless() throws {
        try TemporaryFolder.with { folder in
            let path = try folder.write("stock.csv", Self.text, modified: Self.past)
            let delivery = try Delivery.open(path: path)
            unlink(path)
            var copy = FileCopy(file: delivery.file, sizeBytes: delivery.sizeBytes, cheapest: .link)
            copy.linkedFromBytes = 1
            #expect(try delivery.take(aside: folder.path + "/copy", by: copy) > .link)
            #expect(try Self.bytes(at: folder.path + "/copy") == Self.text)
        }
    }

    @Test(
        "a file system without reflinks is copied to, also from another one",
        .enabled(if: access("/dev/shm", W_OK) == 0)
    )
    func otherFileSystem() throws {
        try TemporaryFolder.with { folder in
            let delivery = try Delivery.open(path: try folder.write("stock.csv", Self.text))
            let memory = "/dev/shm/tidegate-\(UUID().uuidString)"
            defer { unlink(memory) }
            try delivery.take(aside: memory)
            #expect(try Self.bytes(at: memory) == Self.text)
            let back = folder.path + "/back"
            try Delivery.open(path: memory).take(aside: back)
            #expect(try Self.bytes(at: back) == Self.text)
        }
    }

    @Test("a copy that cannot be written says so, whatever the file is")
    func unwritable() throws {
        try TemporaryFolder.with { folder in
            let delivery = try Delivery.open(path: try folder.write("stock.csv", Self.text))
            let path = folder.path + "/none/copy"
            #expect(Self.code { try delivery.take(aside: path) } == "cannot_write_state")
        }
    }

    @Test("a pipe is kept when it is opened, and can be read as often as a file")
    func pipeIsKept() throws {
        try TemporaryFolder.with { folder in
            try Self.withPipe(of: Packing.gzip(Self.text)) { path in
                let delivery = try Delivery.open(path: path)
                #expect(try Self.drain(delivery.bytes()) == Self.text)
                #expect(try Self.drain(delivery.bytes()) == Self.text)
                try delivery.take(aside: folder.path + "/copy")
                #expect(try Self.bytes(at: folder.path + "/copy") == Packing.gzip(Self.text))
                #expect(!delivery.canBeOpenedAgain && !delivery.hasChanged)
            }
        }
    }

    @Test("a pipe that gives more than allowed is refused")
    func pipeLimit() throws {
        try Self.withPipe(of: Self.text) { path in
            let bytesMax = Self.text.count - 1
            #expect(Self.code { _ = try Delivery.open(path: path, unpackedBytesMax: bytesMax) } == .tooLarge)
        }
    }

    /// Lends the path of a pipe that holds the bytes and has no writer any more.
    private static func withPipe(of bytes: [UInt8], _ body: (String) throws -> Void) throws {
        let pipe = Pipe()
        try pipe.fileHandleForWriting.write(contentsOf: Data(bytes))
        try pipe.fileHandleForWriting.close()
        try body("/proc/self/fd/\(pipe.fileHandleForReading.fileDescriptor)")
        try pipe.fileHandleForReading.close()
    }

    @Test("the newest delivery is a file with its manifest, or the newest of a folder")
    func finder() throws {
        try TemporaryFolder.with { folder in
            let path = try folder.write("stock-1.csv", Self.text, modified: Self.past)
            let newer = try folder.write("stock-2.csv", Self.text)
            try folder.write("stock-1.csv.manifest.json", "{\"rows\": 1}")
            let file = try DeliveryFinder.file(path: path).newest()
            #expect(file.path.text == path && file.contract?.rows == 1)
            let found = try DeliveryFinder.folder(DropFolder(folder: folder.path)).newest()
            #expect(found.path.text == newer && found.contract == nil)
        }
    }

    @Test("a source's name fits into file names and labels as it is")
    func sourceNames() {
        for name in ["main", "wholesaler-2", "a", String(repeating: "x", count: 40)] {
            #expect(SourceID(name).isUsable)
        }
        for name in ["", "Main", "a b", "a/b", "a_b", "ä", String(repeating: "x", count: 41)] {
            #expect(!SourceID(name).isUsable)
        }
    }
}
