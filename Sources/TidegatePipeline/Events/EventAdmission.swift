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

extension Shop {
    /// Sorts the events that one body states of a source.
    ///
    /// - Throws: `Fault`.
    package func admit(
        _ events: [(index: Int, event: StockEvent)],
        of source: SourceSettings
    ) async throws -> EventAdmission {
        let standing = try await state.eventStanding(of: source.id)
        let units = try settings.units.table()
        return EventAdmission(events, source.format.columns, units, stated: standing.stated)
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
