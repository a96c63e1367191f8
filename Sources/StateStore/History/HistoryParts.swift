package import InventoryCore

/// What the history keeps of an acceptance, in its transaction.
package struct HistoryParts: Sendable {
    package let kind: HistoryAct.Kind
    /// The person, where one has decided.
    package var who: String?
    package var reason: String?
    package var isWhole = false
    package var isFirst = false
    /// The stock of the SKUs that were worked out, in their order.
    package var stocks: [HistoryStocks] = []
    /// SKUs about which something was decided that changes no stock.
    package var decided: [SKU] = []

    package init(_ kind: HistoryAct.Kind) {
        self.kind = kind
    }
}

/// The stock of some SKUs after an act, ready to be kept: some kilobytes for thousands of them.
package struct HistoryStocks: Sendable {
    let first: SKU
    let last: SKU
    package let count: Int
    let block: [UInt8]

    /// Shorter blocks gain nothing from compression.
    private static let plainBytesMax = 256

    /// Compresses what was written; nothing of an empty block.
    ///
    /// - Throws: `cannot_write_state` where memory is lacking.
    package init?(_ writer: HistoryBlockWriter) throws(Fault) {
        guard let first = writer.first, let last = writer.last else { return nil }
        (self.first, self.last, count) = (first, last, writer.count)
        if writer.byteCount <= HistoryStocks.plainBytesMax {
            block = [0] + writer.bytes
        } else {
            block = [1] + (try HistoryFrame.compressed(writer.bytes))
        }
    }

    /// Gives the entries of a kept block.
    ///
    /// - Throws: `HistoryDamage`.
    static func reader(
        _ block: [UInt8],
        at: Timestamp,
        act: Int64
    ) throws(HistoryDamage) -> HistoryBlockReader {
        switch block.first {
        case 0: HistoryBlockReader(block.dropFirst(), of: (at, act))
        case 1: HistoryBlockReader(try HistoryFrame.unpacked(block.dropFirst())[...], of: (at, act))
        default: throw HistoryDamage()
        }
    }
}
