/// The newest statement accepted from a source; older ones are refused.
package struct HighWaterMark: Hashable, Sendable {
    package let source: SourceID
    package let asOf: Timestamp?
    package let sequence: Int64?
    /// The digest of the bytes: the same sequence with other content is suspicious.
    package let digest: String?

    package init(source: SourceID, asOf: Timestamp?, sequence: Int64?, digest: String?) {
        self.source = source
        self.asOf = asOf
        self.sequence = sequence
        self.digest = digest
    }

    /// Gives the guard that trips when a snapshot is older
    /// than this one, or claims its number with other content.
    package func trip(on later: HighWaterMark) -> GuardTrip? {
        if let mine = sequence, let its = later.sequence {
            if its < mine {
                return GuardTrip(code: .stale, message: "Sequence \(its) is older than the accepted \(mine).")
            }
            if its == mine, let digest, later.digest != digest {
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
