/// Positions in doubt for one reason at one location, told as one exception (spec, Stock in doubt, 4).
///
/// What is missing for the first time and counted is not told: rows come and go every day.
package struct DoubtGroups: Sendable {
    private var groups: [Group] = []
    private var numbers: [Name: Int] = [:]
    private let units: UnitTable

    fileprivate struct Name: Hashable {
        let source: SourceID
        let location: Location
        let reason: Doubt.Reason
    }

    private struct Group {
        let name: Name
        var count = 0
        /// How many were never clear.
        var never = 0
        /// The first few by their keys.
        var examples: [Doubt] = []
        /// Units without a factor.
        var unknownUnits: Set<StockUnit> = []
        /// The one that was added last: mostly the next is the same.
        var lastUnknown: StockUnit?
        /// What holds them.
        var guards: Set<GuardTrip.Code> = []

        init(_ name: Name) { self.name = name }

        /// Whether a doubt may be among the first few.
        func isExample(_ key: PositionKey) -> Bool {
            guard examples.count >= DoubtGroups.examplesMax, let last = examples.last else { return true }
            return key < last.key
        }

        mutating func add(example doubt: Doubt) {
            examples.insert(doubt, at: examples.firstIndex { doubt.key < $0.key } ?? examples.count)
            if examples.count > DoubtGroups.examplesMax { examples.removeLast() }
        }
    }

    /// Examples named in an exception.
    private static let examplesMax = 3

    package init(_ book: DoubtBook, units: UnitTable = UnitTable()) {
        self.units = units
        book.forEachSource { doubts in
            addRows(of: doubts)
            for doubt in doubts.later where DoubtGroups.tells(doubt.reason, doubt.waitsForDecision) {
                let number = number(of: Name(doubt))
                count(number, doubt.row, doubt.key.unit, doubt.key.sku)
                if groups[number].isExample(doubt.key) { groups[number].add(example: doubt) }
            }
        }
    }

    /// Adds what the table says; most groups have thousands of rows, of which the first are the examples.
    private mutating func addRows(of doubts: SourceDoubts) {
        let (table, reasons) = (doubts.table, Doubt.Reason.allCases.count)
        var known: [Int] = Array(repeating: -1, count: table.places.count * reasons)
        doubts.forEachRow { row, sku in
            let said = table.rows[row]
            guard DoubtGroups.tells(said.reason, said.waitsForDecision) else { return }
            let place = table.places[Int(said.place)]
            let slot = Int(said.place) * reasons + said.reason.number
            if known[slot] < 0 {
                let name = Name(source: table.source, location: place.location, reason: said.reason)
                known[slot] = number(of: name)
            }
            count(known[slot], said, place.unit, sku)
            if groups[known[slot]].examples.count < DoubtGroups.examplesMax {
                groups[known[slot]].add(example: doubts.doubt(row, of: sku))
            }
        }
    }

    private static func tells(_ reason: Doubt.Reason, _ waits: Bool) -> Bool { reason != .absent || waits }

    private mutating func number(of name: Name) -> Int {
        if let number = numbers[name] { return number }
        groups.append(Group(name))
        numbers[name] = groups.count - 1
        return groups.count - 1
    }

    private mutating func count(_ number: Int, _ row: DoubtTable.Row, _ unit: StockUnit, _ sku: SKU) {
        groups[number].count += 1
        if row.last == nil { groups[number].never += 1 }
        if let code = row.guardCode { groups[number].guards.insert(code) }
        guard row.reason == .unitUnknown, groups[number].lastUnknown != unit,
            units.perBase(erp: unit, of: sku) == nil
        else { return }
        groups[number].unknownUnits.insert(unit)
        groups[number].lastUnknown = unit
    }

    /// One exception for each group, in the order of their subjects.
    package var exceptions: [InventoryException] {
        groups.map { group in
            InventoryException(
                code: group.name.reason.code,
                subject: Subject(location: group.name.location, source: group.name.source),
                message: message(group)
            )
        }.sorted { ($0.subject.description, $0.code.rawValue) < ($1.subject.description, $1.code.rawValue) }
    }

    private func message(_ group: Group) -> String {
        let reason = group.name.reason
        let isOne = group.count == 1
        let subject = isOne ? "1 position" : "\(group.count) positions"
        let examples = group.examples.map { doubt in
            var text = doubt.key.sku.text
            if !doubt.key.bin.text.isEmpty { text += " in bin \(doubt.key.bin)" }
            if let line = doubt.lines.first { text += " (line \(line))" }
            if reason == .held {
                text += " \(doubt.last?.description ?? "nothing") → \(doubt.stated?.description ?? "gone")"
            }
            if reason == .unitUnknown { text += " (\(doubt.key.unit))" }
            return text
        }
        let words = reason == .held ? group.guards.words(ofOne: isOne) : reason.words(ofOne: isOne)
        var message = "\(subject) \(words): \(examples.joined(separator: ", "))"
        if group.count > examples.count { message += ", …" }
        message += isOne ? ". It counts" : ". Each counts"
        message += " as its last clear value, less what has appeared elsewhere since."
        if group.never > 0 {
            message +=
                " \(group.never) had none: "
                + "what else is known of the place counts; where nothing is, what the shop shows stays."
        }
        if reason == .unitUnknown { message += near(group.unknownUnits) }
        return message
    }

    /// Which declared units those without a factor were probably meant to be.
    private func near(_ unknown: Set<StockUnit>) -> String {
        let near = unknown.sorted().prefix(DoubtGroups.examplesMax).compactMap { units.near($0)?.sentence }
        return near.map { " \($0)" }.joined()
    }
}

extension Doubt.Reason {
    /// Its place among all of them.
    fileprivate var number: Int {
        switch self {
        case .unreadable: 0
        case .unitUnknown: 1
        case .collision: 2
        case .conflict: 3
        case .absent: 4
        case .held: 5
        case .rejected: 6
        }
    }

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

    /// What is wrong with such positions, or with one.
    fileprivate func words(ofOne isOne: Bool) -> String {
        let (are, have, were) = isOne ? ("is", "has", "was") : ("are", "have", "were")
        return switch self {
        case .unreadable: "cannot be read"
        case .unitUnknown: "\(have) rows in a unit without a factor"
        case .collision: "\(have) two keys that become one when they are normalised"
        case .conflict: "\(are) listed twice"
        case .absent: "\(are) missing, too many to count as gone"
        case .held: "\(are) held by a guard"
        case .rejected: "\(were) rejected, and nothing clear was stated since"
        }
    }
}

extension Set<GuardTrip.Code> {
    /// Why positions, or one, wait for a person.
    fileprivate func words(ofOne isOne: Bool) -> String {
        let (are, them) = isOne ? ("is", "it") : ("are", "them")
        let causes = compactMap(\.cause).sorted()
        let words = causes.isEmpty ? "" : "\(are) held, since \(causes.joined(separator: ", and "))"
        // What has changed too much itself is told beside what is wrong with a whole delivery.
        guard causes.count < count || isEmpty else { return words }
        let changed = "changed so much that a guard holds \(them)"
        return words.isEmpty ? changed : "\(changed), or \(words)"
    }
}

extension GuardTrip.Code {
    /// What is wrong with a delivery that is held as a whole; nothing of guards on single changes.
    fileprivate var cause: String? {
        switch self {
        case .mappingChanged: "the delivery is read otherwise than the last one (\(rawValue))"
        case .rowsPerPosition: "rows of the delivery may be listed twice (\(rawValue))"
        case .rejectedRows: "too many lines of the delivery cannot be read (\(rawValue))"
        case .columnEmpty: "a column of the delivery is gone or empty (\(rawValue))"
        case .replayed: "the delivery is an older one that came once more (\(rawValue))"
        case .empty, .allZero, .rowCount, .checksum, .stale, .asOfInFuture, .repeatedHeader, .endsInsideRow,
            .sameSequence, .newlyZero, .absentRows, .totalDrop, .totalRise, .shownZero, .shownDrop,
            .shownRise, .aboveStock, .shownUnstated:
            nil
        }
    }
}

extension DoubtGroups.Name {
    fileprivate init(_ doubt: Doubt) {
        self.init(source: doubt.source, location: doubt.key.location, reason: doubt.reason)
    }
}

extension InventoryException.Code {
    /// The codes of positions in doubt.
    package static let ofDoubts: Set<InventoryException.Code> = Set(Doubt.Reason.allCases.map(\.code))
}
