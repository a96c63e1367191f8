import CZstd
import InventoryCore
package import SnapshotFormats

/// A zstd file of one or more frames, unpacked as a stream; checksums are verified.
package final class ZstdSource: ByteSource {
    private let stream: OpaquePointer
    private let input: CompressedBytes
    private var budget: UnpackedBudget
    /// Whether the input may end here.
    private var isBetweenFrames = true
    /// Whether zstd may still hold output that did not fit.
    private var isDraining = false

    init(_ bytes: FileBytes, unpackedBytesMax: Int) throws(Fault) {
        guard let stream = ZSTD_createDStream() else {
            throw Fault(
                .unavailable,
                code: .readFailed,
                place: bytes.path,
                message: "There is not enough memory to unpack it.",
                hint: "Give the machine more memory."
            )
        }
        self.stream = stream
        input = CompressedBytes(bytes)
        budget = UnpackedBudget(path: bytes.path, bytesMax: unpackedBytesMax)
    }

    deinit {
        ZSTD_freeDStream(stream)
    }

    package var plainFile: PlainFile? { nil }

    package func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        guard !buffer.isEmpty else { return 0 }
        while true {
            try input.refill()
            if input.isAtEnd, !isDraining {
                guard isBetweenFrames else { throw truncated }
                return 0
            }
            var output = ZSTD_outBuffer(dst: buffer.baseAddress, size: buffer.count, pos: 0)
            let stream = stream
            let code = input.take { bytes in
                var piece = ZSTD_inBuffer(src: bytes.baseAddress, size: bytes.count, pos: 0)
                let code = ZSTD_decompressStream(stream, &output, &piece)
                return (code, piece.pos)
            }
            guard ZSTD_isError(code) == 0 else { throw corrupt(String(cString: ZSTD_getErrorName(code))) }
            isBetweenFrames = code == 0
            isDraining = output.pos == output.size && code != 0
            if output.pos > 0 {
                try budget.spend(output.pos)
                return output.pos
            }
        }
    }

    private var truncated: Fault {
        Fault(
            .badInput,
            code: .truncated,
            place: input.path,
            message: "The zstd data stops in the middle.",
            hint: "The file was cut off while it was written or sent; deliver the whole file again."
        )
    }

    private func corrupt(_ cause: String) -> Fault {
        Fault(
            .badInput,
            code: .corrupt,
            place: input.path,
            message: "The zstd data is damaged: \(cause).",
            hint: "Deliver the file again; test it with zstd -t."
        )
    }
}
