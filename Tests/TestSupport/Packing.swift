/// Wraps bytes as gzip or zstd without compressing them, so that tests need no program and no library.
package enum Packing {
    /// One gzip member of stored blocks.
    package static func gzip(_ bytes: [UInt8], blockBytes: Int = 65_535) -> [UInt8] {
        var packed: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255]
        var start = 0
        repeat {
            let length = min(blockBytes, bytes.count - start)
            let isLast = start + length == bytes.count
            packed.append(isLast ? 1 : 0)
            packed += littleEndian(UInt64(length), 2) + littleEndian(UInt64(~UInt16(length)), 2)
            packed += bytes[start..<start + length]
            start += length
        } while start < bytes.count
        return packed + littleEndian(UInt64(crc32(bytes)), 4) + littleEndian(UInt64(bytes.count), 4)
    }

    /// One zstd frame of raw blocks.
    package static func zstd(_ bytes: [UInt8], blockBytes: Int = 100_000) -> [UInt8] {
        var packed: [UInt8] = [0x28, 0xB5, 0x2F, 0xFD, 0xA0] + littleEndian(UInt64(bytes.count), 4)
        var start = 0
        repeat {
            let length = min(blockBytes, bytes.count - start)
            let isLast = start + length == bytes.count
            packed += littleEndian(UInt64(length << 3 | (isLast ? 1 : 0)), 3)
            packed += bytes[start..<start + length]
            start += length
        } while start < bytes.count
        return packed
    }

    private static func littleEndian(_ value: UInt64, _ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * UInt64($0))) }
    }

    private static func crc32(_ bytes: [UInt8]) -> UInt32 {
        var crc = ~UInt32(0)
        for byte in bytes {
            crc ^= UInt32(byte)
            for _ in 0..<8 {
                let isOdd = crc & 1 == 1
                crc >>= 1
                if isOdd { crc ^= 0xEDB8_8320 }
            }
        }
        return ~crc
    }
}
