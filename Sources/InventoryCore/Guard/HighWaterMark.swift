/// The newest that was ever accepted from a source; older statements are refused.
///
/// A delivery that states less than others before it lowers none of it.
package struct HighWaterMark: Hashable, Sendable {
    package let source: SourceID
    package let asOf: Timestamp?
    package let sequence: Int64?
    /// The digest of the bytes that were accepted last.
    package let digest: String?
    /// That of the bytes that came under `sequence`: the same number with other content is suspicious.
    package let sequenceDigest: String?
    /// The newest instant that a row stated.
    package let newestRow: Timestamp?

    /// How far ahead of ours the clock of a source may be.
    package static let aheadSecondsMax: Int64 = 300

    package init(
        source: SourceID,
        asOf: Timestamp?,
        sequence: Int64?,
        digest: String?,
        sequenceDigest: String? = nil,
        newestRow: Timestamp? = nil
    ) {
        self.source = source
        self.asOf = asOf
        self.sequence = sequence
        self.digest = digest
        self.sequenceDigest = sequence == nil ? nil : sequenceDigest ?? digest
        self.newestRow = newestRow
    }

    /// Gives the guard that trips when a snapshot is older than this one, or claims its number with other
    /// content.
    ///
    /// Where only rows state times, an older newest row alone is no sign: the newest may have been taken
    /// out. It has to change or add a value, too.
    package func trip(on later: HighWaterMark, changesValues: Bool = true) -> GuardTrip? {
        if let mine = sequence, let its = later.sequence {
            if its < mine {
                return GuardTrip(code: .stale, message: "Sequence \(its) is older than the accepted \(mine).")
            }
            if its == mine, let sequenceDigest, later.digest != sequenceDigest {
                let message = "Sequence \(its) was already accepted with other content."
                return GuardTrip(code: .sameSequence, message: message)
            }
        }
        if let mine = asOf, let its = later.asOf, its < mine {
            return GuardTrip(code: .stale, message: "As of \(its) is older than the accepted \(mine).")
        }
        guard later.sequence == nil, later.asOf == nil, changesValues, let mine = newestRow,
            let its = later.newestRow, its < mine
        else { return nil }
        let message =
            "Its newest row is of \(its), older than the accepted \(mine), and it states other values."
        return GuardTrip(code: .stale, message: message)
    }

    /// Gives the guard that trips on a statement of a time that has not come.
    package func trip(at now: Timestamp) -> GuardTrip? {
        guard let asOf, asOf > now.adding(seconds: HighWaterMark.aheadSecondsMax) else { return nil }
        return GuardTrip(
            code: .asOfInFuture,
            message: "It states to be as of \(asOf); our clock says \(now)."
        )
    }
}
