import InventoryCore
import SnapshotFormats

/// Everything that a reader gave for some bytes.
struct Reading {
    private(set) var rows: [SourceRow] = []
    private(set) var rejected: [RejectedRow] = []
    private(set) var error: Fault?
    private(set) var rowCount = 0

    /// Reads `bytes` in pieces, whose lengths `pieces` gives one after the other.
    init(_ bytes: [UInt8], _ format: SnapshotFormat = SnapshotFormat(), pieces: () -> Int = { Int.max }) {
        var reader = SnapshotReader(format: format)
        do {
            try bytes.withUnsafeBytes { whole in
                var start = 0
                while start < whole.count {
                    let length = min(max(1, pieces()), whole.count - start)
                    // A copy that ends with the piece, so that a read beyond it is found.
                    let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: length, alignment: 1)
                    defer { copy.deallocate() }
                    copy.copyMemory(from: UnsafeRawBufferPointer(rebasing: whole[start..<start + length]))
                    try reader.read(
                        UnsafeRawBufferPointer(copy),
                        rows: { rows.append($0) },
                        rejected: { rejected.append($0) }
                    )
                    start += length
                }
            }
            try reader.finish(rows: { rows.append($0) }, rejected: { rejected.append($0) })
        } catch let error as Fault {
            self.error = error
        } catch {
            self.error = Fault(.badInput, code: .badFormat, message: "unexpected: \(error)", hint: "")
        }
        rowCount = reader.rowCount
    }

    init(_ text: String, _ format: SnapshotFormat = SnapshotFormat()) {
        self.init(Array(text.utf8), format)
    }

    init(_ text: String, _ change: (inout SnapshotFormat) -> Void) {
        var format = SnapshotFormat()
        change(&format)
        self.init(text, format)
    }

    /// SKU and on-hand quantity of each row, for short expectations.
    var brief: [String] {
        rows.map { "\($0.key.sku.text)=\($0.onHand.map(\.description) ?? "nil")" }
    }

    var reasons: [RejectedRow.Reason] { rejected.map(\.reason) }
}
