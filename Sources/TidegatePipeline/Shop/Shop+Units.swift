import DeltaEngine
import InventoryCore
import StateStore
import TidegateSettings

extension Shop {
    /// Puts stock in doubt whose unit has lost its factor since figures were made last, and ends that where
    /// the unit is declared again.
    ///
    /// Every run that makes figures begins with it: later nobody knows which units were in force.
    ///
    /// - Throws: `Fault`.
    func settleUnits(at now: Timestamp) async throws {
        let units = try settings.units.table()
        let settled = state.settledUnits
        if settled == units { return }
        let version = try settings.apportioner(at: now).text.version.text
        let inForce = try await state.unitsInForce(besides: version)
        let former = settled ?? inForce ?? units
        let hasPast = try await state.hasPastFactors
        if former != units || hasPast {
            var book = try await state.doubts()
            try await settle(UnitChange(from: former, to: units, past: book.past), units, &book, at: now)
        }
        state.keepSettled(units)
    }

    /// Whether positions of a source are in doubt for their units, some of which have a factor that the last
    /// figures were made without: then the same rows may say more.
    func knowsMoreUnits(_ doubts: SourceDoubts, at now: Timestamp) async throws -> Bool {
        let apportioner = try settings.apportioner(at: now)
        let made = try await state.figuresMadeBy()?.version
        return made != apportioner.text.version.text && doubts.awaitsUnits(of: apportioner.units)
    }

    private func settle(
        _ change: UnitChange,
        _ units: UnitTable,
        _ book: inout DoubtBook,
        at now: Timestamp
    ) async throws {
        var change = change
        let ended = change.ended(book)
        var begun: [SourceID: [Doubt]] = [:]
        if change.losesFactors {
            let (positions, times) = (try await positions(concernedBy: change), try await knownAsOf())
            for sku in positions.keys.sorted(byBytesOf: \.self) {
                for doubt in change.begun(positions[sku] ?? [:], book, at: now, knownAsOf: { times[$0] }) {
                    begun[doubt.source, default: []].append(doubt)
                }
            }
        }
        var all = DoubtChanges(ended: ended)
        book.apply(all)
        for source in sources {
            guard let own = begun[source.id] else { continue }
            var known = KnownOfSource()
            (known.doubts, known.asOf) = (book.doubts(of: source.id), own.first?.knownAsOf)
            var taking = DoubtBook.Taking(source.id, asOf: nil, units: units, rules: settings.rules)
            let last = try await state.lastComparable(of: source.id)
            try await lookBack(from: own, known, last, for: &taking)
            all.set += book.take([], DoubtChanges(set: own), taking).set
        }
        change.forget(besides: book)
        guard !all.set.isEmpty || !all.ended.isEmpty || change.past != book.past else { return }
        try await state.settle(all, past: change.past)
    }

    /// All positions, by source, of SKUs of which one has lost its factor.
    private func positions(
        concernedBy change: UnitChange
    ) async throws -> [SKU: [SourceID: [Position]]] {
        var views: [(SourceID, BaselineView)] = []
        for source in sources {
            if let view = await source.baseline.view { views.append((source.id, view)) }
        }
        return try await offPool { [views] in
            var concerned: Set<SKU> = []
            for (_, view) in views {
                try view.forEach { if change.concerns($0.key) { concerned.insert($0.key.sku) } }
            }
            var positions: [SKU: [SourceID: [Position]]] = [:]
            let skus = concerned.sorted(byBytesOf: \.self)
            for (source, view) in views {
                for (sku, own) in try view.positions(of: skus) { positions[sku, default: [:]][source] = own }
            }
            return positions
        }
    }

    /// The as-of of the last delivery of each source, where one was stated.
    private func knownAsOf() async throws -> [SourceID: Timestamp] {
        var times: [SourceID: Timestamp] = [:]
        for source in sources {
            // Without a mark it was taken back, and so was when the last delivery was true.
            guard let mark = try await state.highWaterMark(of: source.id) else { continue }
            let last = try await state.lastComparable(of: source.id)
            times[source.id] = mark.asOf ?? last?.asOf
        }
        return times
    }
}
