import CZstd
import Glibc
package import InventoryCore

/// A plan on its way into the archive: compressed, with the digest of the bytes it is made of.
///
/// Both come from one pass over the wishes; what is held in memory is the compressed half.
package struct PlanCopy: Sendable {
    package let digest: String
    let frame: [UInt8]

    /// Plans are written while stock waits for the commit: the fastest level of those that shrink them well.
    private static let compressionLevel: Int32 = 1

    /// Compresses a plan.
    ///
    /// - Throws: `cannot_write_state` where memory is lacking.
    package init(_ plan: PushPlan) throws(Fault) {
        let compressor = try PlanCompressor(level: PlanCopy.compressionLevel)
        var digest = PlanDigest()
        do {
            try plan.forEachPart { part in
                digest.append(part)
                try compressor.append(part, ZSTD_e_continue)
            }
            try compressor.append([], ZSTD_e_end)
        } catch {
            throw error as? Fault ?? Fault.unforeseen(error, place: "")
        }
        self.digest = digest.finish()
        frame = compressor.compressed
    }

    /// Gives what was compressed, plan by plan; as far as it can be unpacked.
    static func unpacked(_ frames: [UInt8]) -> [[UInt8]] {
        guard let unpacker = ZSTD_createDCtx() else { return [] }
        defer { ZSTD_freeDCtx(unpacker) }
        var chunk = [UInt8](repeating: 0, count: ZSTD_DStreamOutSize())
        var plans: [[UInt8]] = []
        var plan: [UInt8] = []
        frames.withUnsafeBytes { frames in
            var input = ZSTD_inBuffer(src: frames.baseAddress, size: frames.count, pos: 0)
            while true {
                let (left, count) = chunk.withUnsafeMutableBytes { chunk in
                    var output = ZSTD_outBuffer(dst: chunk.baseAddress, size: chunk.count, pos: 0)
                    return (ZSTD_decompressStream(unpacker, &output, &input), output.pos)
                }
                guard ZSTD_isError(left) == 0 else { return }
                plan += chunk[..<count]
                if left == 0 {
                    plans.append(plan)
                    plan = []
                    if input.pos == input.size { return }
                } else if input.pos == input.size, count < chunk.count {
                    // Cut off inside a plan.
                    return
                }
            }
        }
        return plans
    }
}

/// Compresses parts into memory.
private final class PlanCompressor {
    private let context: OpaquePointer
    private var chunk: [UInt8]
    private(set) var compressed: [UInt8] = []

    init(level: Int32) throws(Fault) {
        guard let context = ZSTD_createCCtx() else {
            throw Fault.cannotWrite("", doing: "compress the plan", errno: ENOMEM)
        }
        self.context = context
        chunk = [UInt8](repeating: 0, count: ZSTD_CStreamOutSize())
        ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, level)
        ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1)
    }

    deinit {
        ZSTD_freeCCtx(context)
    }

    func append(_ part: [UInt8], _ directive: ZSTD_EndDirective) throws(Fault) {
        var taken = 0
        while true {
            let (left, read, count) = step(part, from: taken, directive)
            guard ZSTD_isError(left) == 0 else {
                throw Fault.cannotWrite("", doing: "compress the plan", errno: ENOMEM)
            }
            compressed += chunk[..<count]
            taken = read
            if directive == ZSTD_e_end ? left == 0 : taken == part.count { return }
        }
    }

    private func step(
        _ part: [UInt8],
        from place: Int,
        _ directive: ZSTD_EndDirective
    ) -> (left: Int, read: Int, count: Int) {
        part.withUnsafeBytes { part in
            chunk.withUnsafeMutableBytes { chunk in
                var input = ZSTD_inBuffer(src: part.baseAddress, size: part.count, pos: place)
                var output = ZSTD_outBuffer(dst: chunk.baseAddress, size: chunk.count, pos: 0)
                let left = ZSTD_compressStream2(context, &output, &input, directive)
                return (left, input.pos, output.pos)
            }
        }
    }
}
