/// Acts as bytes, several together: what repeats from one to the next is left to the compression.
package enum HistoryActBlock {
    private static let textsPerAct = 8

    package static func bytes(_ acts: some Sequence<HistoryAct>) -> [UInt8] {
        var content = HistoryBytes()
        var (number, at): (Int64, Int64) = (0, 0)
        for act in acts {
            content.append(signed: act.number &- number)
            content.append(signed: act.at.microseconds &- at)
            (number, at) = (act.number, act.at.microseconds)
            content.append(act.kind.rawValue)
            content.append((act.isWhole ? 1 : 0) | (act.isFirst ? 2 : 0) | (act.asOf == nil ? 0 : 4))
            if let asOf = act.asOf { content.append(signed: asOf.microseconds &- at) }
            for text in [
                act.run?.text, act.source?.text, act.delivery, act.rulesVersion, act.planDigest,
                act.reverts?.text, act.who, act.reason,
            ] { content.append(optional: text) }
        }
        return content.bytes
    }

    /// Gives the acts whose numbers are wanted.
    ///
    /// - Throws: `HistoryDamage`.
    package static func acts(
        _ bytes: ArraySlice<UInt8>,
        of isWanted: (Int64) -> Bool = { _ in true }
    ) throws(HistoryDamage) -> [HistoryAct] {
        var reader = HistoryByteReader(bytes)
        var acts: [HistoryAct] = []
        var (number, at): (Int64, Int64) = (0, 0)
        while !reader.isAtEnd {
            number &+= try reader.signed()
            at &+= try reader.signed()
            guard let kind = HistoryAct.Kind(rawValue: try reader.byte()) else { throw HistoryDamage() }
            var act = HistoryAct(number: number, kind: kind, at: Timestamp(microseconds: at))
            let flags = try reader.byte()
            (act.isWhole, act.isFirst) = (flags & 1 != 0, flags & 2 != 0)
            if flags & 4 != 0 { act.asOf = Timestamp(microseconds: at &+ (try reader.signed())) }
            guard isWanted(number) else {
                for _ in 0..<textsPerAct { try reader.skipOptionalText() }
                continue
            }
            act.run = try reader.optionalText().map { RunID($0) }
            act.source = try reader.optionalText().map { SourceID($0) }
            act.delivery = try reader.optionalText()
            act.rulesVersion = try reader.optionalText()
            act.planDigest = try reader.optionalText()
            act.reverts = try reader.optionalText().map { RunID($0) }
            act.who = try reader.optionalText()
            act.reason = try reader.optionalText()
            acts.append(act)
        }
        return acts
    }
}
