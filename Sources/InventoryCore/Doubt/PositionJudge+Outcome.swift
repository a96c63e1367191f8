// What becomes of one position.
extension PositionJudge {
    mutating func accept(_ delta: Delta) {
        accepted.append(delta)
        guard let doubt = known.doubts[delta.key] else { return }
        settled.insert(delta.key)
        changes.ended.append(doubt)
    }

    /// Only positions in doubt are remembered: a delivery can have millions of others.
    mutating func settle(_ key: PositionKey) {
        if known.doubts.contains(key) { settled.insert(key) }
    }

    mutating func hold(
        _ key: PositionKey,
        _ code: GuardTrip.Code,
        last: Quantity?,
        stated: Quantity?
    ) {
        if !statement.isRejected, settled.insert(key, if: { $0.stays(held: stated, by: code) }) {
            return isHeld = true
        }
        var doubt = begun(key, last: last)
        if doubt.reason != .held || doubt.run == nil {
            // Whoever has looked at an older run that this joins saw no change.
            let isLate = holding.joined(of: statement.plans).map { $0 != statement.run } ?? false
            doubt.askedAbout = isLate ? last : stated
        }
        if stated == nil, !doubt.isMissing { doubt.keylessBefore = known.keylessRows }
        doubt.reason = .held
        doubt.stated = stated
        (doubt.absentCount, doubt.spoiledCount, doubt.lines) = (0, 0, [])
        wait(&doubt, code)
        set(doubt)
    }

    /// Lets a person decide, unless one has done so about these very bytes.
    func wait(_ doubt: inout Doubt, _ code: GuardTrip.Code) {
        let wasRejected = statement.hasSameBytes && known.doubts[doubt.key]?.reason == .rejected
        if statement.isRejected || wasRejected {
            doubt.reason = .rejected
            (doubt.guardCode, doubt.run) = (nil, nil)
            return
        }
        // A newer statement that is held again joins the run of the older one.
        if let run = holding.joined(of: statement.plans) {
            doubt.run = run
        } else if doubt.run == nil || doubt.guardCode == nil {
            doubt.run = statement.plans[code] ?? statement.run
        }
        doubt.guardCode = code
    }

    mutating func doubt(_ key: PositionKey, _ reason: Doubt.Reason, last: Quantity?) {
        if unclear.isEmpty || unclear[key] == nil, settled.insert(key, if: { $0.stays(unclear: reason) }) {
            return
        }
        var doubt = begun(key, last: last)
        doubt.reason = reason
        (doubt.stated, doubt.askedAbout, doubt.guardCode, doubt.run) = (nil, nil, nil, nil)
        (doubt.absentCount, doubt.spoiledCount) = (0, 0)
        doubt.lines = (unclear[key] ?? []).map(\.line).sorted().prefix(Doubt.linesMax).map(\.self)
        set(doubt)
    }

    /// Keeps a position in doubt that is stated as it was clear, in a unit that has lost its factor or beside
    /// one that nobody knows.
    mutating func keep(_ doubt: Doubt) {
        guard doubt.reason != .unitUnknown else { return }
        var kept = doubt
        kept.reason = .unitUnknown
        (kept.stated, kept.askedAbout, kept.guardCode, kept.run) = (doubt.last, nil, nil, nil)
        (kept.absentCount, kept.spoiledCount, kept.lines) = (0, 0, [])
        set(kept)
    }

    /// The doubt as it is, or a new one.
    func begun(_ key: PositionKey, last: Quantity?) -> Doubt {
        if let doubt = known.doubts[key] { return doubt }
        return Doubt(
            source: statement.source,
            key: key,
            reason: .unreadable,
            since: statement.arrived,
            knownAsOf: known.asOf,
            last: last
        )
    }

    mutating func set(_ doubt: Doubt) {
        settled.insert(doubt.key)
        if doubt.waitsForDecision { isHeld = true }
        let unset = known.doubts[doubt.key]
        // What is absent is counted all at once.
        if (countsAbsences ? unset?.missedOnceMore : unset) != doubt { changes.set.append(doubt) }
    }

    /// A doubt that stays as it is.
    mutating func remember(_ doubt: Doubt) {
        if doubt.waitsForDecision, statement.scope == .full, !isRefused(doubt.key) { isHeld = true }
        if countsAbsences, doubt.reason == .absent { changes.set.append(doubt) }
    }

    /// The order of dictionaries must not show.
    mutating func sortChanges() {
        changes.set.sort { $0.key < $1.key }
        changes.ended.sort { $0.key < $1.key }
        uncounted.sort()
    }
}
