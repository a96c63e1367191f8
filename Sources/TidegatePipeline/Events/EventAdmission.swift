package import InventoryCore
import SnapshotFormats
import StateStore
package import TidegateSettings

/// Sorts the events of one body before they are stored: of what cannot count its sender hears at once.
package struct EventAdmission: Sendable {
    /// What is to be stored, with its places in the body.
    package private(set) var admitted: [(index: Int, event: StockEvent)] = []
    package private(set) var rejected: [EventRejection] = []
    /// As old as the last delivery that states everything, or older: it is contained in that.
    package private(set) var stale = 0

    /// Sorts events; `stated` is when the last delivery stated all that its source has.
    init(
        _ events: [(index: Int, event: StockEvent)],
        _ columns: ColumnMapping,
        _ units: UnitTable,
        stated: Timestamp?
    ) {
        var names = EventNames(columns)
        admitted.reserveCapacity(events.count)
        for (index, event) in events {
            guard event.statement != .hint else {
                admitted.append((index, event))
                continue
            }
            if let stated, let asOf = event.asOf, asOf <= stated {
                stale += 1
            } else if let unit = EventAdmission.unknownUnit(of: event, &names, units) {
                rejected.append(.unknownUnit(unit, at: index))
            } else {
                admitted.append((index, event))
            }
        }
    }

    private static func unknownUnit(
        of event: StockEvent,
        _ names: inout EventNames,
        _ units: UnitTable
    ) -> StockUnit? {
        guard !units.isEmpty, !event.unit.text.isEmpty, let event = names.normalised(event),
            let sku = event.sku, units.perBase(erp: event.unit, of: sku) == nil
        else { return nil }
        return event.unit
    }
}

extension EventRejection {
    fileprivate static func unknownUnit(_ unit: StockUnit, at index: Int) -> EventRejection {
        EventRejection(
            index: index,
            code: "unknown_unit",
            detail:
                "The unit \(unit.text.visible) has no factor; add it under `units`, or correct the sender."
        )
    }
}

/// What has to be known of a source where its events are received; it changes with its deliveries.
package struct EventDoor: Sendable {
    /// The roles that the columns of its last delivery had, where quantities are taken off in it.
    package let statedRoles: Set<String>
    private let columns: ColumnMapping
    private let units: UnitTable
    /// When its last delivery stated all that it has.
    private let stated: Timestamp?

    fileprivate init(_ source: SourceSettings, in shop: Shop) async throws {
        columns = source.format.columns
        units = try shop.settings.units.table()
        stated = try await shop.state.eventStanding(of: source.id).stated
        guard source.format.columns == .byName else {
            statedRoles = []
            return
        }
        let mapping = try await shop.state.lastComparable(of: source.id)?.mapping ?? ""
        let lines = mapping.split(separator: "\n")
        statedRoles = Set(
            ["committed", "unusable"].filter { role in lines.contains { $0.hasPrefix("\(role) \"") } }
        )
    }

    /// Sorts the events that one body states.
    package func admit(_ events: [(index: Int, event: StockEvent)]) -> EventAdmission {
        EventAdmission(events, columns, units, stated: stated)
    }
}

extension Shop {
    /// Looks up what has to be known where the events of a source are received.
    ///
    /// - Throws: `Fault`.
    package func eventDoor(of source: SourceSettings) async throws -> EventDoor {
        try await EventDoor(source, in: self)
    }

    /// Opens an exception about events of which nothing can be used, where their sender does not hear of it.
    ///
    /// The next delivery that states everything closes it: it says what they did not.
    ///
    /// - Throws: `Fault`.
    package func note(refused: [EventRejection], of source: SourceID, at now: Timestamp) async throws {
        guard let first = refused.first else { return }
        let count = refused.count == 1 ? "1 event was" : "\(refused.count) events were"
        var changes = ExceptionChanges()
        changes.occurred.append(
            InventoryException(
                code: .eventRefused,
                subject: Subject(source: source),
                message: "\(count) refused at \(now), the first one for \(first.code): \(first.detail)"
            )
        )
        try await state.apply(changes, at: now)
    }
}
