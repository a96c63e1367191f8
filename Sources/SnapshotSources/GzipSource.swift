import CIsal
import Glibc
package import SnapshotFormats

/// A file of gzip members, one after the other, unpacked as a stream; checksums and lengths are verified.
package final class GzipSource: ByteSource {
    private let state: UnsafeMutablePointer<inflate_state>
    private let input: CompressedBytes
    private var budget: UnpackedBudget
    private var isInsideMember = false
    /// Whether the state may hold output that did not fit.
    private var isDraining = false

    init(_ file: FileBytes, unpackedBytesMax: Int) {
        state = .allocate(capacity: 1)
        // The library's initialiser leaves fields unset that its header parser reads.
        memset(state, 0, MemoryLayout<inflate_state>.size)
        input = CompressedBytes(file)
        budget = UnpackedBudget(path: file.path, bytesMax: unpackedBytesMax)
    }

    deinit {
        state.deallocate()
    }

    package var plainFile: PlainFile? { nil }

    package func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        guard !buffer.isEmpty else { return 0 }
        while true {
            try input.refill()
            if input.isAtEnd, !isDraining {
                guard !isInsideMember else { throw truncated }
                return 0
            }
            if !isInsideMember {
                isal_inflate_init(state)
                state.pointee.crc_flag = UInt32(ISAL_GZIP)
                isInsideMember = true
            }
            let length = try unpack(into: buffer)
            if length > 0 {
                try budget.spend(length)
                return length
            }
        }
    }

    private func unpack(into buffer: UnsafeMutableRawBufferPointer) throws(SourceError) -> Int {
        let state = state
        let room = min(buffer.count, Int(Int32.max))
        state.pointee.next_out = buffer.baseAddress?.assumingMemoryBound(to: UInt8.self)
        state.pointee.avail_out = UInt32(room)
        let code = input.take { bytes in
            state.pointee.next_in = bytes.baseAddress
            state.pointee.avail_in = UInt32(bytes.count)
            let code = isal_inflate(state)
            return (code, bytes.count - Int(state.pointee.avail_in))
        }
        // Positive codes ask for more input, or say that the output is full.
        guard code >= 0 else { throw corrupt(code) }
        let length = room - Int(state.pointee.avail_out)
        isInsideMember = state.pointee.block_state != ISAL_BLOCK_FINISH
        isDraining = isInsideMember && length == room
        return length
    }

    private var truncated: SourceError {
        SourceError(
            code: .truncated,
            path: input.file.path,
            message: "The gzip data stops in the middle.",
            hint: "The file was cut off while it was written or sent; deliver the whole file again."
        )
    }

    private func corrupt(_ code: Int32) -> SourceError {
        let cause =
            switch code {
            case ISAL_INCORRECT_CHECKSUM: "its checksum or length differs"
            case ISAL_INVALID_WRAPPER, ISAL_UNSUPPORTED_METHOD: "a member's header is not gzip"
            default: "its blocks cannot be decoded"
            }
        return SourceError(
            code: .corrupt,
            path: input.file.path,
            message: "The gzip data is damaged: \(cause).",
            hint: "Deliver the file again; test it with gzip -t."
        )
    }
}
