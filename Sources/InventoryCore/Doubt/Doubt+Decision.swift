// What becomes of a doubt when a person decides.
extension Doubt {
    /// The change that an approval accepts: what was stated, or that the position is gone; nothing where the
    /// newest statement says what the baseline has.
    package var approved: Delta? {
        switch (last, reason == .absent ? nil : stated) {
        case (let last?, let stated?) where last == stated: nil
        case (let last?, let stated?): Delta(key: key, change: .changed(from: last, to: stated))
        case (nil, let stated?): Delta(key: key, change: .added(stated))
        case (let last?, nil): Delta(key: key, change: .removed(last))
        case (nil, nil): nil
        }
    }

    /// The same, or the value that a person states.
    package func approved(as value: Quantity?) -> Delta? {
        guard let value else { return approved }
        return Delta(key: key, change: last.map { .changed(from: $0, to: value) } ?? .added(value))
    }

    /// The doubt after a rejection: nothing clear was stated since.
    package var rejected: Doubt {
        var doubt = self
        doubt.reason = .rejected
        (doubt.guardCode, doubt.run) = (nil, nil)
        return doubt
    }
}

extension GuardThresholds {
    /// Gives the locations whose held statements have moved too far since a person was asked.
    ///
    /// The guard on totals says how far; beyond that, what would be approved is not what was seen.
    package func moved(_ doubts: [Doubt]) -> [Location] {
        var sums: [Location: (asked: Int128, now: Int128)] = [:]
        for doubt in doubts where doubt.reason == .held {
            let sum = sums[doubt.key.location] ?? (0, 0)
            sums[doubt.key.location] = (
                sum.asked + Int128(doubt.askedAbout?.millionths ?? 0),
                sum.now + Int128(doubt.stated?.millionths ?? 0)
            )
        }
        return sums.filter { _, sum in
            let change = sum.now - sum.asked
            guard change != 0 else { return false }
            guard sum.asked > 0 else { return true }
            let limit = change < 0 ? totalDropPercentMax : totalRisePercentMax
            return limit.isReached(by: abs(change), of: sum.asked)
        }.keys.sorted()
    }
}
