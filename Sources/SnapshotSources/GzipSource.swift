import CIsal
import Glibc
import InventoryCore
package import SnapshotFormats

/// A gzip file of one or more members, unpacked as a stream; checksums and lengths are verified.
package final class GzipSource: ByteSource {
    private enum Place {
        case betweenMembers
        case inHeader(GzipHeader)
        case inBody
    }

    private let state: UnsafeMutablePointer<inflate_state>
    private let input: CompressedBytes
    private var budget: UnpackedBudget
    private var place = Place.betweenMembers
    /// Whether ISA-L may still hold output that did not fit.
    private var isDraining = false

    init(_ bytes: FileBytes, unpackedBytesMax: Int) {
        state = .allocate(capacity: 1)
        // isal_inflate_init leaves fields unset that ISA-L's header parser reads.
        memset(state, 0, MemoryLayout<inflate_state>.size)
        input = CompressedBytes(bytes)
        budget = UnpackedBudget(path: bytes.path, bytesMax: unpackedBytesMax)
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
                guard case .betweenMembers = place else { throw truncated }
                return 0
            }
            switch place {
            case .betweenMembers:
                place = .inHeader(GzipHeader())
                continue
            case .inHeader(let header):
                try read(header)
                continue
            case .inBody: break
            }
            let length = try unpack(into: buffer)
            if length > 0 {
                try budget.spend(length)
                return length
            }
        }
    }

    private func read(_ header: GzipHeader) throws(Fault) {
        var header = header
        let result: Result<Bool, GzipHeader.Fault> = input.take { bytes in
            for (index, byte) in bytes.enumerated() {
                do throws(GzipHeader.Fault) {
                    if try header.take(byte) { return (.success(true), index + 1) }
                } catch {
                    return (.failure(error), index + 1)
                }
            }
            return (.success(false), bytes.count)
        }
        switch result {
        case .success(false): place = .inHeader(header)
        case .success(true):
            place = .inBody
            isal_inflate_init(state)
            // The header is read; the trailer's checksum and length are verified.
            state.pointee.crc_flag = UInt32(ISAL_GZIP_NO_HDR_VER)
        case .failure(.notGzip): throw corrupt("a member's header is not gzip")
        case .failure(.wrongChecksum): throw corrupt("a member's header has another checksum than it says")
        case .failure(.tooLong): throw corrupt("a member's header does not end")
        }
    }

    private func unpack(into buffer: UnsafeMutableRawBufferPointer) throws(Fault) -> Int {
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
        // Positive codes only ask for more input or say that the output is full.
        if code == ISAL_INCORRECT_CHECKSUM { throw corrupt("its checksum or length differs") }
        guard code >= 0 else { throw corrupt("its blocks cannot be decoded") }
        let length = room - Int(state.pointee.avail_out)
        let isComplete = state.pointee.block_state == ISAL_BLOCK_FINISH
        if isComplete { place = .betweenMembers }
        isDraining = !isComplete && length == room
        return length
    }

    private var truncated: Fault {
        Fault(
            .badInput,
            code: .truncated,
            place: input.path,
            message: "The gzip data stops in the middle.",
            hint: "The file was cut off while it was written or sent; deliver the whole file again."
        )
    }

    private func corrupt(_ cause: String) -> Fault {
        Fault(
            .badInput,
            code: .corrupt,
            place: input.path,
            message: "The gzip data is damaged: \(cause).",
            hint: "Deliver the file again; test it with gzip -t."
        )
    }
}
