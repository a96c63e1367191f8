import Glibc

/// Memory for one piece of input, or for several, with room in front for the start of a row that the piece
/// before ended in.
final class PieceBuffer {
    private var memory: UnsafeMutablePointer<UInt8>
    private var headroom: Int
    /// How many bytes of input there is room for.
    let bytes: Int
    /// Bytes of the unfinished row, which stand directly before the piece.
    private(set) var carried = 0

    private static let headroomDefault = 64 << 10

    init(pieces: Int = 1) {
        bytes = pieces * ContentMark.pieceBytes
        headroom = PieceBuffer.headroomDefault
        memory = PieceBuffer.allocate(headroom, bytes)
    }

    deinit {
        memory.deallocate()
    }

    private static func allocate(_ headroom: Int, _ bytes: Int) -> UnsafeMutablePointer<UInt8> {
        let count = headroom + bytes + TableScanner.slackBytes
        let memory = UnsafeMutablePointer<UInt8>.allocate(capacity: count)
        memory.initialize(repeating: 0, count: count)
        return memory
    }

    /// Where the piece goes.
    var piece: UnsafeMutablePointer<UInt8> { memory + headroom }

    /// Where the unfinished row begins, and with it what is to be scanned.
    var start: UnsafeMutablePointer<UInt8> { piece - carried }

    /// Takes over an unfinished row, which may stand in this
    /// buffer itself; what the piece held is given up then.
    func carry(_ bytes: UnsafePointer<UInt8>, _ count: Int) {
        if count <= headroom {
            memmove(piece - count, bytes, count)
        } else {
            var wider = headroom
            while wider < count { wider *= 2 }
            let moved = PieceBuffer.allocate(wider, self.bytes)
            memcpy(moved + wider, piece, self.bytes)
            memcpy(moved + wider - count, bytes, count)
            memory.deallocate()
            memory = moved
            headroom = wider
        }
        carried = count
    }
}
