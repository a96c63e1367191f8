/// Positions in doubt for one reason at one location, told as one exception (spec, Stock in doubt, 4).
///
/// What is missing for the first time and counted is not told: rows come and go every day.
package struct DoubtGroups: Sendable {
    private var groups: [(group: Group, doubts: [Doubt])] = []

    private struct Group: Hashable {
        let source: SourceID
        let location: Location
        let reason: Doubt.Reason

        init(_ doubt: Doubt) {
            (source, location, reason) = (doubt.source, doubt.key.location, doubt.reason)
        }

        func holds(_ doubt: Doubt) -> Bool {
            reason == doubt.reason && location == doubt.key.location && source == doubt.source
        }
    }

    /// Examples named in an exception.
    private static let examplesMax = 3

    private let units: UnitTable

    package init(_ book: DoubtBook, units: UnitTable = UnitTable()) {
        self.units = units
        var places: [Group: Int] = [:]
        var last: Int?
        book.forEach { doubt in
            guard doubt.reason != .absent || doubt.waitsForDecision else { return }
            // Most often it is the group of the one before, which is found without hashing.
            if let last, groups[last].group.holds(doubt) { return groups[last].doubts.append(doubt) }
            let group = Group(doubt)
            let place = places[group] ?? groups.count
            if place == groups.count { groups.append((group, [])) }
            groups[place].doubts.append(doubt)
            (places[group], last) = (place, place)
        }
    }

    /// One exception for each group, in the order of their subjects.
    package var exceptions: [InventoryException] {
        groups.map { group, doubts in
            InventoryException(
                code: group.reason.code,
                subject: Subject(location: group.location, source: group.source),
                message: message(group.reason, doubts)
            )
        }.sorted { ($0.subject.description, $0.code.rawValue) < ($1.subject.description, $1.code.rawValue) }
    }

    private func message(_ reason: Doubt.Reason, _ doubts: [Doubt]) -> String {
        let count = doubts.count == 1 ? "1 position" : "\(doubts.count) positions"
        let examples = DoubtGroups.first(of: doubts).map { doubt in
            var text = doubt.key.sku.text
            if !doubt.key.bin.text.isEmpty { text += " in bin \(doubt.key.bin)" }
            if let line = doubt.lines.first { text += " (line \(line))" }
            if reason == .held {
                text += " \(doubt.last?.description ?? "nothing") → \(doubt.stated?.description ?? "gone")"
            }
            if reason == .unitUnknown { text += " (\(doubt.key.unit))" }
            return text
        }
        let never = doubts.count { $0.last == nil }
        var message = "\(count) \(reason.words): \(examples.joined(separator: ", "))"
        if doubts.count > examples.count { message += ", …" }
        message += ". Each counts as its last clear value, less what has appeared elsewhere since."
        if never > 0 { message += " \(never) had none: what the shop shows of them stays." }
        if reason == .unitUnknown { message += near(doubts) }
        return message
    }

    /// The first few by their keys; sorting all of a whole delivery would cost more than its judgement.
    private static func first(of doubts: [Doubt]) -> [Doubt] {
        var first: [Doubt] = []
        for doubt in doubts {
            if first.count == examplesMax, let last = first.last, !(doubt.key < last.key) { continue }
            first.insert(doubt, at: first.firstIndex { doubt.key < $0.key } ?? first.count)
            if first.count > examplesMax { first.removeLast() }
        }
        return first
    }

    /// Which declared units those without a factor were probably meant to be.
    private func near(_ doubts: [Doubt]) -> String {
        let unknown = Set(
            doubts.lazy.filter { units.perBase(erp: $0.key.unit, of: $0.key.sku) == nil }.map(\.key.unit)
        )
        let near = unknown.sorted().prefix(DoubtGroups.examplesMax).compactMap { units.near($0)?.sentence }
        return near.map { " \($0)" }.joined()
    }
}

extension Doubt.Reason {
    /// The exception that tells of such doubts.
    package var code: InventoryException.Code {
        switch self {
        case .unreadable: .stockUnreadable
        case .unitUnknown: .stockUnitUnknown
        case .collision: .stockCollision
        case .conflict: .stockConflict
        case .absent: .stockAbsent
        case .held: .stockHeld
        case .rejected: .stockRejected
        }
    }

    fileprivate var words: String {
        switch self {
        case .unreadable: "cannot be read"
        case .unitUnknown: "have rows in a unit without a factor"
        case .collision: "have two keys that become one when they are normalised"
        case .conflict: "are listed twice"
        case .absent: "are missing, too many to count as gone"
        case .held: "changed so much that a guard holds them"
        case .rejected: "were rejected, and nothing clear was stated since"
        }
    }
}

extension InventoryException.Code {
    /// The codes of positions in doubt.
    package static let ofDoubts: Set<InventoryException.Code> = Set(Doubt.Reason.allCases.map(\.code))
}
