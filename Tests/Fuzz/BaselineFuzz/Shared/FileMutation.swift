import CSeparators
import SnapshotFormats
import TestSupport

@testable import DeltaEngine

/// Changes header words, numbers in sections and the log of a baseline file; mostly corrects the checksums.
struct FileMutation {
    private var bytes: [UInt8]
    private let bytesMax: Int
    private var random: SplitMix64

    init(_ bytes: UnsafeRawBufferPointer, bytesMax: Int, seed: UInt32) {
        self.bytes = Array(bytes)
        self.bytesMax = bytesMax
        random = SplitMix64(state: UInt64(seed))
    }

    /// Gives the changed file.
    mutating func mutated() -> [UInt8] {
        guard bytes.count >= BaselineHeader.pageBytes else {
            bytes.append(contentsOf: [UInt8](repeating: 0, count: BaselineHeader.pageBytes))
            return Array(bytes.prefix(bytesMax))
        }
        let base = header.map { Int(clamping: $0.baseBytes) } ?? bytes.count
        for _ in 0...random.below(3) {
            switch random.below(10) {
            case 0, 1, 2: changeHeader()
            case 3, 4, 5, 6:
                changeNumber(
                    in: BaselineHeader.pageBytes..<max(BaselineHeader.pageBytes, min(base, bytes.count))
                )
            case 7, 8: changeNumber(in: min(base, bytes.count)..<bytes.count)
            default: changeLength()
            }
        }
        if random.chance(85) { sealCommits() }
        if random.chance(80) { sealBlocks() }
        if random.chance(92) { sealHeader() }
        return Array(bytes.prefix(bytesMax))
    }

    private var header: BaselineHeader? {
        bytes.withUnsafeBytes { try? BaselineHeader($0, path: "") }
    }

    private mutating func changeHeader() {
        let words = 40
        let index = random.below(words)
        let old = word(at: index * 8)
        store(number(near: old), at: index * 8, bytes: 8)
    }

    private mutating func changeNumber(in range: Range<Int>) {
        guard range.count >= 8 else { return }
        let width = random.pick([1, 1, 2, 4, 8])
        let offset = range.lowerBound + random.below(range.count / width) * width
        guard offset + 8 <= bytes.count else { return }
        store(number(near: word(at: offset)), at: offset, bytes: width)
    }

    private mutating func changeLength() {
        switch random.below(4) {
        case 0: bytes.removeLast(random.below(min(bytes.count, 20_000)))
        case 1: bytes.append(contentsOf: [UInt8](repeating: 0, count: random.below(10_000)))
        case 2:
            // A page in the place of another.
            let pages = bytes.count / BaselineHeader.pageBytes
            guard pages > 2 else { return }
            let (from, to) = (random.below(pages), 1 + random.below(pages - 1))
            for index in 0..<BaselineHeader.pageBytes {
                bytes[to * BaselineHeader.pageBytes + index] = bytes[from * BaselineHeader.pageBytes + index]
            }
        default: bytes.append(contentsOf: bytes.suffix(BaselineHeader.pageBytes))
        }
    }

    private mutating func number(near old: UInt64) -> UInt64 {
        switch random.below(8) {
        case 0: 0
        case 1: old &+ 1
        case 2: old &- 1
        case 3: random.pick([UInt64.max, 1 << 63, 1 << 62, 1 << 32, UInt64(UInt32.max), 1 << 31, 0x7F, 0x80])
        case 4: old ^ 1 << UInt64(random.below(64))
        case 5: UInt64(random.below(1000))
        case 6: UInt64(bytes.count) &+ UInt64(random.below(3)) &- 1
        default: random.next()
        }
    }

    private func word(at offset: Int) -> UInt64 {
        guard offset + 8 <= bytes.count else { return 0 }
        return bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: offset, as: UInt64.self) }
    }

    private mutating func store(_ number: UInt64, at offset: Int, bytes width: Int) {
        for byte in 0..<width where offset + byte < bytes.count {
            bytes[offset + byte] = UInt8(truncatingIfNeeded: number >> UInt64(byte * 8))
        }
    }

    private func digest(_ range: Range<Int>) -> separators_digest {
        bytes.withUnsafeBytes { BaselineHeader.digest(UnsafeRawBufferPointer(rebasing: $0[range])) }
    }

    private mutating func sealHeader() {
        guard bytes.count >= BaselineHeader.pageBytes else { return }
        let place = BaselineHeader.pageBytes - 16
        store(0, at: place, bytes: 8)
        store(0, at: place + 8, bytes: 8)
        let digest = digest(0..<BaselineHeader.pageBytes)
        store(digest.first, at: place, bytes: 8)
        store(digest.second, at: place + 8, bytes: 8)
    }

    /// The checksums of the base's blocks, where the header still tells where they are.
    private mutating func sealBlocks() {
        sealHeader()
        guard var header, header.isSound(fileBytes: UInt64(bytes.count)) else { return }
        let step = Int(BaselineHeader.checkedBytes)
        var place = Int(header.check.offset)
        for start in stride(from: BaselineHeader.pageBytes, to: Int(header.check.offset), by: step) {
            let sum = digest(start..<min(start + step, Int(header.check.offset))).first
            store(sum, at: place, bytes: 8)
            place += 8
        }
        let sum = digest(Int(header.check.offset)..<Int(header.check.end))
        header.checkDigest = (sum.first, sum.second)
        bytes.replaceSubrange(0..<BaselineHeader.pageBytes, with: header.encoded())
    }

    /// The digests of all commits that still look like some.
    private mutating func sealCommits() {
        sealHeader()
        guard let header, header.baseBytes <= UInt64(bytes.count) else { return }
        let seeds = KeySeeds(header.seeds.0, header.seeds.1)
        var offset = Int(header.baseBytes)
        while offset + BaselineCommit.headerBytes <= bytes.count {
            let body = word(at: offset + 5 * 8)
            guard body <= UInt64(bytes.count - offset - BaselineCommit.headerBytes) else { return }
            let end = offset + BaselineCommit.headerBytes + Int(body)
            for index in offset + BaselineCommit.digestPlace * 8..<offset + BaselineCommit.headerBytes {
                bytes[index] = 0
            }
            let digest = bytes[offset..<end].withUnsafeBufferPointer { commit in
                seeds.withSeeds { separators_hash_bytes(commit.baseAddress, commit.count, $0) }
            }
            store(digest.first, at: offset + BaselineCommit.digestPlace * 8, bytes: 8)
            store(digest.second, at: offset + (BaselineCommit.digestPlace + 1) * 8, bytes: 8)
            offset = Int(BaselineHeader.aligned(UInt64(end)))
        }
    }
}
