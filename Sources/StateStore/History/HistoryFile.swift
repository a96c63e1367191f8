import Glibc
import InventoryCore

/// One file of the history: entries sorted by SKU in blocks, the acts that they come from, and an index.
///
/// It is written once and never changed. Blocks, acts and index are compressed each by itself. The index has
/// a sum of each block's bytes; the end of the file says where the index is, and has one of the index.
final class HistoryFile: Sendable {
    let path: String
    let index: HistoryIndex
    private let file: Int32
    private let bytes: Int64

    static let ending = ".history"
    /// What a file that was put aside is called behind its name.
    static let damagedEnding = ".damaged"
    static let magic: [UInt8] = Array("TIDEHIST".utf8)
    private static let version: UInt32 = 1
    /// Magic, version, the index's length, offset and sum, and a sum of these.
    static let footerBytes = 40

    /// Opens a file and reads its index.
    ///
    /// - Throws: `history_missing` where it is not there, `history_damaged` where it is not whole.
    init(_ path: String) throws(Fault) {
        self.path = path
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else {
            throw errno == ENOENT ? HistoryFile.missing(path) : HistoryFile.unreadable(path, errno)
        }
        self.file = file
        var status = stat()
        do throws(Fault) {
            guard fstat(file, &status) == 0 else { throw HistoryFile.unreadable(path, errno) }
            bytes = Int64(status.st_size)
            index = try HistoryFile.index(of: file, Int64(status.st_size), path)
        } catch {
            close(file)
            throw error
        }
    }

    /// Opens a file that the catalogue names.
    convenience init(of part: HistoryCatalogue.Part, in folder: StateFolder) throws(Fault) {
        try self.init(folder.historyPath + "/" + part.extent.name)
    }

    deinit { close(file) }

    private static func index(of file: Int32, _ size: Int64, _ path: String) throws(Fault) -> HistoryIndex {
        do {
            guard size >= Int64(footerBytes + magic.count) else { throw HistoryDamage() }
            let footer = try read(file, size - Int64(footerBytes), footerBytes, path)
            let place = try HistoryFile.place(footer)
            guard place.offset >= magic.count,
                place.offset == size - Int64(footerBytes) - Int64(place.length),
                try read(file, 0, magic.count, path) == magic
            else { throw HistoryDamage() }
            let frame = try read(file, place.offset, place.length, path)
            guard checksum(frame) == place.sum else { throw HistoryDamage() }
            let index = try HistoryIndex(HistoryFrame.unpacked(frame[...]))
            // No byte of the file is outside of a block that is checked.
            guard index.end == place.offset else { throw HistoryDamage() }
            return index
        } catch {
            throw error as? Fault ?? damaged(path)
        }
    }

    /// The last bytes of a file with this index.
    static func footer(index frame: [UInt8], at offset: Int64) -> [UInt8] {
        var footer = magic
        withUnsafeBytes(of: version.littleEndian) { footer.append(contentsOf: $0) }
        withUnsafeBytes(of: UInt32(frame.count).littleEndian) { footer.append(contentsOf: $0) }
        withUnsafeBytes(of: offset.littleEndian) { footer.append(contentsOf: $0) }
        withUnsafeBytes(of: checksum(frame).littleEndian) { footer.append(contentsOf: $0) }
        let sum = checksum(footer)
        withUnsafeBytes(of: sum.littleEndian) { footer.append(contentsOf: $0) }
        return footer
    }

    private struct IndexPlace {
        let length: Int
        let offset: Int64
        let sum: UInt64
    }

    private static func place(_ footer: [UInt8]) throws(HistoryDamage) -> IndexPlace {
        func number(_ range: Range<Int>) -> UInt64 {
            footer[range].reversed().reduce(0) { $0 << 8 | UInt64($1) }
        }
        guard footer[0..<8].elementsEqual(magic), number(8..<12) == UInt64(version),
            number(32..<40) == checksum(Array(footer[0..<32])), number(16..<24) <= UInt64(Int64.max)
        else { throw HistoryDamage() }
        let offset = Int64(number(16..<24))
        return IndexPlace(length: Int(number(12..<16)), offset: offset, sum: number(24..<32))
    }

    /// FNV-1a in 64 bits, eight bytes at a time; of the bytes as they lie there, since zstd's own sum says
    /// nothing of bits that unpack to the same.
    static func checksum(_ bytes: [UInt8]) -> UInt64 {
        bytes.withUnsafeBytes { bytes in
            var sum: UInt64 = 0xCBF2_9CE4_8422_2325
            var place = 0
            while place + 8 <= bytes.count {
                let word = bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self)
                sum = (sum ^ UInt64(littleEndian: word)) &* 0x100_0000_01B3
                sum ^= sum >> 29
                place += 8
            }
            while place < bytes.count {
                sum = (sum ^ UInt64(bytes[place])) &* 0x100_0000_01B3
                place += 1
            }
            return sum
        }
    }

    // MARK: read

    /// Gives the entries of one SKU, in their order.
    ///
    /// - Throws: `history_damaged`.
    func entries(of sku: SKU) throws(Fault) -> [HistoryEntry] {
        var entries: [HistoryEntry] = []
        for number in index.blocks(of: sku) {
            var reader = try block(number)
            do throws(HistoryDamage) {
                while let entry = try reader.next(), !(sku < entry.sku) {
                    if entry.sku == sku { entries.append(entry) }
                }
            } catch {
                throw HistoryFile.damaged(path)
            }
        }
        return entries
    }

    /// Gives those of some acts that the file has, by their numbers.
    ///
    /// - Throws: `history_damaged`.
    func acts(numbered numbers: Set<Int64>) throws(Fault) -> [HistoryAct] {
        guard index.extent.lastAct > 0 else { return [] }
        let own = index.extent.firstAct...index.extent.lastAct
        let blocks = Set(numbers.lazy.filter(own.contains).compactMap(index.actBlock(of:)))
        var acts: [HistoryAct] = []
        for block in blocks.sorted() { acts += try self.acts(block, of: numbers.contains) }
        return acts
    }

    /// Gives the acts of one of the index's blocks whose numbers are wanted.
    func acts(_ block: Int, of isWanted: (Int64) -> Bool = { _ in true }) throws(Fault) -> [HistoryAct] {
        do {
            return try HistoryActBlock.acts(try unpacked(index.acts[block].place)[...], of: isWanted)
        } catch {
            throw error as? Fault ?? HistoryFile.damaged(path)
        }
    }

    /// A reader of one of the index's blocks.
    func block(_ number: Int) throws(Fault) -> HistoryBlockReader {
        do {
            return HistoryBlockReader(try unpacked(index.blocks.places[number])[...])
        } catch {
            throw error as? Fault ?? HistoryFile.damaged(path)
        }
    }

    /// Reads all of it.
    ///
    /// - Throws: `history_damaged`.
    func verify() throws(Fault) {
        var (entries, last) = (0, SKU(""))
        for number in index.blocks.indices {
            var reader = try block(number)
            do throws(HistoryDamage) {
                while let entry = try reader.next() {
                    guard !(entry.sku < last) else { throw HistoryDamage() }
                    (entries, last) = (entries + 1, entry.sku)
                }
            } catch {
                throw HistoryFile.damaged(path)
            }
        }
        guard entries == index.extent.entries else { throw HistoryFile.damaged(path) }
        for number in index.acts.indices { _ = try acts(number) }
    }

    var sizeBytes: Int64 { bytes }

    private func unpacked(_ place: HistoryIndex.Place) throws -> [UInt8] {
        let frame = try HistoryFile.read(file, place.offset, place.length, path)
        guard UInt32(truncatingIfNeeded: HistoryFile.checksum(frame)) == place.sum else {
            throw HistoryDamage()
        }
        return try HistoryFrame.unpacked(frame[...])
    }

    private static func read(_ file: Int32, _ offset: Int64, _ count: Int, _ path: String) throws -> [UInt8] {
        var failure: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            while filled < count {
                let rest = UnsafeMutableRawBufferPointer(
                    rebasing: UnsafeMutableRawBufferPointer(buffer)[filled...]
                )
                let read = pread(file, rest.baseAddress, rest.count, Int(offset) + filled)
                if read < 0, errno == EINTR { continue }
                if read < 0 { failure = errno }
                guard read > 0 else { return }
                filled += read
            }
        }
        if failure != 0 { throw unreadable(path, failure) }
        guard bytes.count == count else { throw HistoryDamage() }
        return bytes
    }

    // MARK: faults

    static func damaged(_ path: String) -> Fault {
        Fault(
            .internalError,
            code: .historyDamaged,
            place: path,
            message: "A file of the history is damaged.",
            hint:
                "Restore it from a copy of the state folder. Without one, `tidegate recover --mend` puts it "
                + "aside; the history then says which time it lacks."
        )
    }

    private static func missing(_ path: String) -> Fault {
        Fault(
            .internalError,
            code: .historyMissing,
            place: path,
            message: "A file of the history is not there.",
            hint: "Restore it from a copy of the state folder. Without one, `tidegate recover --mend` notes "
                + "its loss; the history then says which time it lacks."
        )
    }

    private static func unreadable(_ path: String, _ failure: Int32) -> Fault {
        Fault.cannotWrite(path, doing: "read the file", errno: failure)
    }
}
