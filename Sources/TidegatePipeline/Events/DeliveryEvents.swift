import DeltaEngine
import InventoryCore
import SnapshotFormats
import SnapshotSources
import StateStore
import TidegateSettings

/// The stock events that a delivery meets.
struct DeliveryEvents: Sendable {
    /// Whether nothing of the delivery is taken yet.
    var isHeldWhole = false
    /// Which positions the delivery states, and as of when; nothing where that says nothing of events.
    var stated: StatedPositions?
    /// Events that are later than its statement about their position.
    var events = RehomedEvents()
    /// Positions that only events have opened, and that it says nothing of.
    var opened: Set<PositionKey> = []
    /// Rows that cannot be read, with the position of the same stock that only events have stated.
    var unread: [PositionKey: PositionKey] = [:]
    /// Of which it says nothing yet, since it is held whole and later events have opened a position there.
    var waiting: Set<Shelf> = []
    /// Contradictions between events that its statement settles.
    var settled: [ExceptionKey] = []

    /// Whether they make another delivery of it.
    var isEmpty: Bool {
        events.counted.isEmpty && events.emptied.isEmpty && unread.isEmpty && waiting.isEmpty
    }
}

extension Shop {
    /// Finds out which events are later than what a delivery of their source states.
    ///
    /// A delivery states its positions as of its contract's time, else of its newest row, else of when its
    /// file was written; a row that states a later time than the contract counts as of that.
    ///
    /// - Throws: `Fault`.
    func events(
        meeting observation: borrowing Observation,
        _ intake: SnapshotIntake,
        _ mark: HighWaterMark,
        after last: HighWaterMark?,
        _ source: Source,
        _ started: Timestamp
    ) async throws -> DeliveryEvents {
        let standing = try await state.eventStanding(of: source.id)
        let newest = observation.statistics.asOf
        // The same bytes state nothing anew, whenever they were written.
        let former = last?.digest == mark.digest ? standing.stated : nil
        let asOf = mark.asOf ?? newest ?? former ?? min(intake.delivery.modified, started)
        var met = DeliveryEvents()
        guard source.settings.events != nil || standing.mark != nil || standing.kept > 0 else {
            met.stated = StatedPositions(asOf: asOf, isFull: true)
            return met
        }
        let isFull = intake.scope == .full
        let hasLaterRows = newest.map { $0 > asOf } ?? false
        if isFull, !hasLaterRows {
            met.stated = StatedPositions(asOf: asOf, isFull: true)
        } else {
            met.stated = try await offPool { [format = source.settings.format] in
                try StatedPositions(of: intake, format, asOf: asOf, isFull: isFull)
            }
        }
        try await rehome(&met, observation, source)
        met.settled = try await conflicts(of: source.id, settledBy: met.stated)
        if let stated = met.stated, stated.isFull {
            let refused = ExceptionKey(code: .eventRefused, subject: Subject(source: source.id))
            let open = try await state.openExceptions(code: .eventRefused)
            met.settled += open.filter { $0.exception.key == refused && $0.seen < stated.asOf }.map(
                \.exception.key
            )
        }
        return met
    }

    /// Moves events to the positions that a delivery states at their locations.
    ///
    /// - Throws: `Fault`.
    func rehome(
        _ met: inout DeliveryEvents,
        _ observation: borrowing Observation,
        _ source: Source
    ) async throws {
        let standing = try await state.eventStanding(of: source.id)
        guard let stated = met.stated, standing.kept > 0 || !observation.unclear.isEmpty,
            !observation.isIdentical
        else { return }
        // Older events, too, can have opened what it states as another position.
        let all = try await state.events(of: source.id)
        let later = stated.leaving(all)
        let older = Set(all.keys.filter { later[$0] == nil })
        try await rehome(&met, stated, later, older: older, observation, standing, source)
    }

    private func conflicts(
        of source: SourceID,
        settledBy stated: StatedPositions?
    ) async throws -> [ExceptionKey] {
        guard let stated else { return [] }
        let open = try await state.openExceptions(code: .conflictingEvent)
        guard !open.isEmpty else { return [] }
        let told = Set(open.map(\.exception.subject))
        var times: [Subject: Timestamp] = [:]
        stated.times.forEach { key, time in
            let subject = Subject(sku: key.sku, location: key.location, source: source)
            if told.contains(subject) { times[subject] = max(time, times[subject] ?? time) }
        }
        // When the events were true, not when they came, says whether the delivery knows better.
        let hinted = try await state.hintTimes(of: source, at: told.compactMap(Shelf.init))
        return open.compactMap { found in
            let subject = found.exception.subject
            guard subject.source == source else { return nil }
            let time = [times[subject], stated.isFull ? stated.asOf : nil].compactMap(\.self).max()
            let told = Shelf(subject).flatMap { hinted[$0] } ?? found.seen
            return time.map { $0 >= told } == true ? found.exception.key : nil
        }
    }
}

extension StatedPositions {
    /// Reads once more which positions a delivery states.
    fileprivate init(
        of intake: SnapshotIntake,
        _ format: SnapshotFormat,
        asOf: Timestamp,
        isFull: Bool
    ) throws {
        var times = PositionTimes()
        var reader = SnapshotReader(format: format)
        try reader.readAll(
            from: intake.open(),
            rows: { row in
                let time = max(asOf, row.asOf ?? asOf)
                guard !isFull || time > asOf else { return }
                guard times.hasRoom else { throw Fault.tooManyPositions(times.count, intake.path) }
                times.append(row.key, time)
            },
            rejected: { _ in }
        )
        self.init(asOf: asOf, isFull: isFull, times: times)
    }

    /// The events that are later than what is stated of their position, or than the delivery.
    fileprivate func leaving(_ events: [PositionKey: PositionEvents]) -> [PositionKey: PositionEvents] {
        guard !events.isEmpty else { return events }
        var left: [PositionKey: PositionEvents] = [:]
        for (key, own) in events {
            let later = own.later(than: asOf)
            if !later.isEmpty { left[key] = later }
        }
        times.forEach { key, asOf in
            guard let own = left[key] else { return }
            let later = own.later(than: asOf)
            left[key] = later.isEmpty ? nil : later
        }
        return left
    }
}

extension Fault {
    fileprivate static func tooManyPositions(_ count: Int, _ path: String) -> Fault {
        Fault(
            .badInput,
            code: "too_many_positions",
            place: path,
            message:
                "It states more than \(count) positions one by one, beside stock events of the same source.",
            hint: "Split it, or send a full delivery with one time for all of its rows."
        )
    }
}

extension DeliveryStatement {
    /// Lets the later events count.
    ///
    /// - Returns: positions whose change is not the delivery's own.
    /// - Throws: `Fault`.
    mutating func take(
        _ events: DeliveryEvents,
        _ observation: borrowing Observation,
        _ known: inout KnownOfSource
    ) async throws -> Set<PositionKey> {
        // A first one is compared once more, since nothing of it can be left out otherwise.
        guard !events.isEmpty, !observation.observed.isFirst else { return [] }
        let view = observation.observed.view
        let (later, emptied) = (events.events.counted, events.events.emptied)
        if !events.waiting.isEmpty {
            deltas.removeAll { events.waiting.contains(Shelf($0.key)) }
            unclear.removeAll { events.waiting.contains(Shelf($0.key)) }
        }
        unclear = unclear.map { row in
            guard let key = events.unread[row.key] else { return row }
            return UnclearRow(key: key, reason: row.reason, line: row.line)
        }
        let current = try await offPool {
            var current: [PositionKey: Quantity] = [:]
            for key in later.keys { current[key] = try view.net(key) }
            for key in emptied { current[key] = try view.net(key) }
            return current
        }
        rehomed = emptied
        // Their units say nothing of what is there now.
        for key in emptied { known.positions[key.sku]?.removeAll { $0.key == key } }
        let eventful = EventfulDelivery(
            self,
            later: later,
            current: current,
            doubtful: Set(known.doubts.keys.filter { later[$0] != nil })
        )
        (deltas, statistics, unclear) = (eventful.deltas, eventful.statistics, eventful.unclear)
        decided = eventful.decided
        for key in decided { known.doubts[key] = nil }
        return eventful.overridden
    }
}

extension Proposal {
    /// Keeps what a delivery says about events, and closes what it settles.
    mutating func note(_ met: DeliveryEvents) {
        var changes = EventChanges()
        changes.stated = met.stated
        (changes.left, changes.opened) = (met.events.left, met.opened)
        changes.hints = met.events.hints
        for key in met.events.taking {
            guard let events = met.events.later[key] else { continue }
            if let level = events.level { changes.levels[key] = level }
            if !events.movements.isEmpty { changes.movements[key] = events.movements }
        }
        events = changes
        exceptions.mended += met.settled
    }
}
