extension SnapshotContract {
    /// Gives the guard that trips when the delivery is not what the source promised.
    ///
    /// Rows include the rejected ones; the digest of the bytes as they arrived is lower-case hexadecimal, or
    /// nothing where it was not computed.
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
