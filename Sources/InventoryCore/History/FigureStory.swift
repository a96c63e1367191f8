/// Why the figure of a level has changed.
package enum FigureCause: String, Hashable, Sendable, CaseIterable {
    /// A delivery of an ERP.
    case erp
    /// Stock events.
    case events
    /// Web orders.
    case orders
    /// A checkout of the shop has taken stock.
    case checkout
    case rules
    /// Something came into doubt or left it.
    case doubt
    /// A person has approved what was held.
    case decided
    /// A person has taken a run back.
    case reverted
    /// It was found to be another than we had written.
    case drift
    /// Our figure was written again after a drift.
    case repaired
    /// It was read anew from the shop.
    case read
    /// The shop does not have the level any more.
    case gone
    /// The level, or the shop's products, have changed.
    case level
    /// It was worked out anew without one of these reasons.
    case recount
}

/// One change of a figure with what has caused it.
package struct FigureChange: Hashable, Sendable {
    package let at: Timestamp
    package let level: HistoryLevel
    package let cause: FigureCause
    /// What has wanted it; nothing where it is not kept any more, or the shop has changed by itself.
    package let act: HistoryAct?
}

/// All that is known of a SKU's past, put together.
package struct FigureStory: Sendable {
    /// In the order in which they came about.
    package private(set) var changes: [FigureChange] = []
    /// What was decided about it and changed no stock.
    package private(set) var decisions: [HistoryAct] = []
    /// The states of its stock.
    package private(set) var stocks: [(stock: HistoryStock, at: Timestamp, act: HistoryAct?)] = []

    /// Puts entries together.
    ///
    /// - Parameters:
    ///   - entries: of one SKU; those of stock and those of levels each in the order in which they came.
    ///   - acts: what they come from, by their numbers.
    package init(_ entries: [HistoryEntry], acts: [Int64: HistoryAct]) {
        for entry in entries {
            switch entry.event {
            case .stock(let stock): stocks.append((stock, entry.at, acts[entry.act]))
            case .decision: if let act = acts[entry.act] { decisions.append(act) }
            case .level: break
            }
        }
        // A SKU that sells all day has tens of thousands of states.
        var places: [RunID: [Int]] = [:]
        for (place, state) in stocks.enumerated() {
            if let run = state.act?.run { places[run, default: []].append(place) }
        }
        var drifted: [LevelKey: Timestamp] = [:]
        for entry in entries {
            guard case .level(let level) = entry.event else { continue }
            // The newest state that the run of the act has come to by then.
            let own = acts[entry.act]?.run.flatMap { places[$0] } ?? []
            let found = own.last { stocks[$0].at <= entry.at }
            let act = found.flatMap { stocks[$0].act } ?? acts[entry.act]
            let isRepair = drifted[level.key].map { drift in
                found.map { stocks[$0].at <= drift } ?? true
            }
            let cause = isRepair == true && level.kind != .drifted ? .repaired : cause(level.kind, found, act)
            switch level.kind {
            case .drifted: drifted[level.key] = entry.at
            case .refused: break
            default: drifted[level.key] = nil
            }
            changes.append(FigureChange(at: entry.at, level: level, cause: cause, act: act))
        }
    }

    private func cause(_ kind: HistoryLevel.Kind, _ place: Int?, _ act: HistoryAct?) -> FigureCause {
        switch kind {
        case .observed: return .checkout
        case .drifted: return .drift
        case .read: return .read
        case .gone: return .gone
        case .applied, .refused, .arrived: break
        }
        if act?.kind == .approval { return .decided }
        if act?.kind == .revert { return .reverted }
        guard let place else { return .recount }
        let (stock, _, _) = stocks[place]
        let former = place > 0 ? stocks[place - 1].stock : HistoryStock(reasons: [], sites: [])
        let isMoved = stock.stock != former.stock
        if !isMoved, stock.orders != former.orders { return .orders }
        switch MovementCause(stock.reasons, of: act?.kind) {
        case .begun, .recount, .orders: return stock.reasons.contains(.moved) ? .level : .recount
        case .erp: return .erp
        case .events: return .events
        case .rules: return .rules
        case .doubt: return .doubt
        case .decided: return .decided
        }
    }
}

extension HistoryStock {
    fileprivate var stock: [SiteID: Quantity] { amounts(\.stock) }
    fileprivate var orders: [SiteID: Quantity] { amounts(\.orders) }

    private func amounts(_ of: KeyPath<SiteFigures, Quantity>) -> [SiteID: Quantity] {
        var amounts: [SiteID: Quantity] = [:]
        for site in sites where site[keyPath: of] != .zero { amounts[site.site] = site[keyPath: of] }
        return amounts
    }
}
