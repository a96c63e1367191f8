extension SnapshotContract {
    /// Gives the guard that trips when what arrived is not what the source promised.
    ///
    /// Rows count with the rejected ones; the digest of the bytes as they arrived is lower-case hexadecimal, or
    /// nothing where nobody asked for it.
    package func trip(rows counted: Int, sha256 digest: String?) -> GuardTrip? {
        if let rows, rows != counted {
            let message = "The contract states \(rows) rows, the snapshot has \(counted)."
            return GuardTrip(code: .rowCount, message: message)
        }
        if let sha256, let digest, sha256.lowercased() != digest {
            return GuardTrip(
                code: .checksum,
                message: "The contract states SHA-256 \(sha256), the bytes have \(digest)."
            )
        }
        return nil
    }
}

/// The newest statement that was accepted from a source; older ones are refused.
package struct HighWaterMark: Hashable, Sendable {
    package let asOf: Timestamp?
    package let sequence: Int64?
    /// The digest of the bytes.
    package let digest: String

    package init(asOf: Timestamp?, sequence: Int64?, digest: String) {
        self.asOf = asOf
        self.sequence = sequence
        self.digest = digest
    }

    /// Gives the guard that trips when a snapshot is older than this one, or claims its number with other content.
    package func trip(on later: HighWaterMark) -> GuardTrip? {
        if let mine = sequence, let its = later.sequence {
            if its < mine {
                return GuardTrip(code: .stale, message: "Sequence \(its) is older than the accepted \(mine).")
            }
            if its == mine, later.digest != digest {
                let message = "Sequence \(its) was already accepted with other content."
                return GuardTrip(code: .sameSequence, message: message)
            }
        }
        if let mine = asOf, let its = later.asOf, its < mine {
            return GuardTrip(code: .stale, message: "As of \(its) is older than the accepted \(mine).")
        }
        return nil
    }
}
