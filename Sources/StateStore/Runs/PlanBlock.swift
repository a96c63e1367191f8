package import InventoryCore

/// A plan on its way into the database: packed, with the digest of the bytes it is made of.
///
/// For runs that come many times a second; others keep their plan as a file (`PlanCopy`).
package struct PlanBlock: Hashable, Sendable {
    package let digest: String
    let packed: [UInt8]

    /// Shorter plans gain nothing from compression.
    private static let plainBytesMax = 512

    /// Packs a plan.
    ///
    /// - Throws: `cannot_write_state` where memory is lacking.
    package init(_ plan: PushPlan) throws(Fault) {
        var bytes: [UInt8] = []
        plan.forEachPart { bytes += $0 }
        var digest = PlanDigest()
        digest.append(bytes)
        self.digest = digest.finish()
        packed =
            bytes.count <= PlanBlock.plainBytesMax ? [0] + bytes : [1] + (try HistoryFrame.compressed(bytes))
    }

    /// Gives the bytes of a plan that was packed; nothing where they are damaged.
    static func bytes(_ packed: [UInt8]) -> [UInt8]? {
        switch packed.first {
        case 0: Array(packed.dropFirst())
        case 1: try? HistoryFrame.unpacked(packed.dropFirst())
        default: nil
        }
    }
}
