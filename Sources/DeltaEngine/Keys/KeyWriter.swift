import Glibc
import InventoryCore
import SnapshotFormats

/// Writes the keys of one part of a heap, one after another.
///
/// Hot (benchmark `build`).
struct KeyWriter {
    private(set) var anchors: [UInt64] = []
    private var memory = GrowingMemory()
    /// How many bytes of keys lie in memory, and for how many there is room.
    private var held = 0
    private var granted = 0
    /// Where the keys before those stand that had no room in memory.
    private var spilled: [(offset: Int, bytes: Int)] = []
    private var spilledBytes = 0
    private var tails: RecentTails
    private var rows = 0
    /// The SKU of the key before, with its comma.
    private var last = [UInt8](repeating: 0, count: 256)
    private var lastLength = 0

    /// Numbers take at most five bytes each; there are four.
    private static let numbersBytes = 20

    /// What is known of a written key.
    struct Written {
        /// How many bytes are its SKU's, the comma included.
        let prefixBytes: Int
        /// Whether the key before has another SKU.
        let isNewSKU: Bool
        /// The number of its tail, if it has one.
        let tail: Int?
    }

    init(_ tails: KeyTails) {
        self.tails = RecentTails(tails)
    }

    /// How many bytes all keys have.
    var count: Int { spilledBytes + held }

    /// Writes out what has no room in memory, once that pays.
    mutating func makeRoom(_ room: StagingRoom) throws(Fault) {
        if held - granted > KeyWriter.pieceBytes { try spill(to: room) }
    }

    /// Gives the memory back if there is no room for it; no key comes afterwards.
    mutating func close(_ room: StagingRoom) throws(Fault) {
        tails.forget()
        try spill(to: room)
        if held == 0 { memory = GrowingMemory() }
    }

    /// Gives the memory back; no key is asked for afterwards.
    mutating func release() {
        memory = GrowingMemory()
        held = 0
        anchors = []
    }

    private mutating func spill(to room: StagingRoom) throws(Fault) {
        let more = held - granted
        guard more > 0 else { return }
        if room.takes(more) {
            granted = held
            return
        }
        let bytes = UnsafeRawBufferPointer(start: memory.base, count: held)
        spilled.append((try room.write(bytes), held))
        spilledBytes += held
        held = 0
    }

    /// After this many bytes more, checks whether there is room.
    private static let pieceBytes = 4 << 20

    /// Lends what has been written, a piece at a time.
    func forEachPiece(
        of room: StagingRoom,
        bytesMax: Int = 1 << 20,
        _ body: (UnsafeRawBufferPointer) throws(Fault) -> Void
    ) throws(Fault) {
        if !spilled.isEmpty {
            let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: bytesMax, alignment: 16)
            defer { buffer.deallocate() }
            for (offset, bytes) in spilled {
                for begin in stride(from: 0, to: bytes, by: bytesMax) {
                    let part = buffer[..<min(bytesMax, bytes - begin)]
                    try room.read(UnsafeMutableRawBufferPointer(rebasing: part), at: offset + begin)
                    try body(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(buffer)[..<part.count]))
                }
            }
        }
        try body(UnsafeRawBufferPointer(start: memory.base, count: held))
    }

    /// Lends all that has been written.
    func withBytes(
        of room: StagingRoom,
        _ body: (UnsafeRawBufferPointer) throws(Fault) -> Void
    ) throws(Fault) {
        if spilled.isEmpty { return try body(UnsafeRawBufferPointer(start: memory.base, count: held)) }
        let whole = GrowingMemory(bytes: count)
        var done = 0
        try forEachPiece(of: room) { bytes throws(Fault) in
            if let base = bytes.baseAddress { memcpy(whole.base + done, base, bytes.count) }
            done += bytes.count
        }
        try body(UnsafeRawBufferPointer(start: whole.base, count: done))
    }

    @inline(__always)
    mutating func append(_ key: UnsafePointer<UInt8>, _ length: Int) -> Written {
        let room = held + length + KeyWriter.numbersBytes
        if room > memory.bytes { memory.grow(to: room) }
        let target = memory.base.assumingMemoryBound(to: UInt8.self)
        let shared = last.withUnsafeBufferPointer { last in
            last.baseAddress.map { KeyWriter.shared($0, key, min(lastLength, length)) } ?? 0
        }
        let isNewSKU = lastLength == 0 || shared < lastLength
        if isNewSKU { keep(key, length, from: shared) }
        var used = shared
        if rows % KeyHeap.group == 0 {
            anchors.append(UInt64(count))
            used = 0
        }
        append(number: used, target)
        append(number: lastLength - used, target)
        append(key + used, lastLength - used, target)
        let tail = UnsafeBufferPointer(start: key + lastLength, count: length - lastLength)
        let number = tails.number(of: tail)
        append(number: number.map { $0 + 1 } ?? 0, target)
        if _slowPath(number == nil), let base = tail.baseAddress {
            append(number: tail.count, target)
            append(base, tail.count, target)
        }
        rows += 1
        return Written(prefixBytes: lastLength, isNewSKU: isNewSKU, tail: number)
    }

    /// Keeps the SKU of a key, of which the first bytes are kept already.
    private mutating func keep(_ key: UnsafePointer<UInt8>, _ length: Int, from shared: Int) {
        let comma = memchr(key + shared, Int32(CanonicalKey.comma), length - shared)
        lastLength = comma.map { UnsafeRawPointer($0) - UnsafeRawPointer(key) + 1 } ?? length
        if lastLength > last.count { last += [UInt8](repeating: 0, count: lastLength) }
        let kept = lastLength
        last.withUnsafeMutableBufferPointer { last in
            guard let last = last.baseAddress else { return }
            memcpy(last + shared, key + shared, kept - shared)
        }
    }

    @inline(__always)
    private static func shared(_ a: UnsafePointer<UInt8>, _ b: UnsafePointer<UInt8>, _ limit: Int) -> Int {
        var index = 0
        while index + 8 <= limit {
            let different =
                UnsafeRawPointer(a + index).loadUnaligned(as: UInt64.self)
                ^ UnsafeRawPointer(b + index).loadUnaligned(as: UInt64.self)
            if different != 0 { return index + different.trailingZeroBitCount / 8 }
            index += 8
        }
        while index < limit, a[index] == b[index] { index += 1 }
        return index
    }

    @inline(__always)
    private mutating func append(
        _ bytes: UnsafePointer<UInt8>,
        _ length: Int,
        _ target: UnsafeMutablePointer<UInt8>
    ) {
        guard length > 0 else { return }
        memcpy(target + held, bytes, length)
        held += length
    }

    @inline(__always)
    private mutating func append(number: Int, _ target: UnsafeMutablePointer<UInt8>) {
        var left = number
        while left >= 0x80 {
            target[held] = UInt8(truncatingIfNeeded: left) | 0x80
            held += 1
            left >>= 7
        }
        target[held] = UInt8(truncatingIfNeeded: left)
        held += 1
    }
}
