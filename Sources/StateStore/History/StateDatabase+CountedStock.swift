import GRDB
package import InventoryCore

/// What the SKUs that an act has worked out had in stock, and what was ordered of it.
package struct CountedStock: Sendable {
    package fileprivate(set) var skus = 0
    /// In millionths.
    package fileprivate(set) var sites: [SiteID: (stock: Int128, orders: Int128)] = [:]

    fileprivate mutating func add(_ stock: HistoryStock) {
        skus += 1
        for site in stock.sites {
            let former = sites[site.site] ?? (stock: 0, orders: 0)
            sites[site.site] = (
                former.stock + Int128(site.stock.millionths), former.orders + Int128(site.orders.millionths)
            )
        }
    }
}

extension StateDatabase {
    /// Adds up the stock of the acts that have committed some runs' plans; runs without one are missing.
    ///
    /// - Throws: `history_damaged`, `history_missing`, or another `Fault`.
    package func countedStock(of plans: [RunID: String]) async throws -> [RunID: CountedStock] {
        try await consistent { [self] in
            let look = try await look(withAllActs: true) { try $0.stocks() }
            let (since, base) = (look.kept.since, look.kept.base)
            return try await blocking { [folder] in
                let files = try look.files(in: folder)
                var wanted: [RunID: Int64] = [:]
                func note(_ act: HistoryAct) {
                    guard let run = act.run, let plan = act.planDigest, plans[run] == plan else { return }
                    // Runs of the time before the history have an act and no stock.
                    guard base > 0, act.number >= base else { return }
                    // Of what is older only the last state of each stock is kept.
                    if since.map({ act.at < $0 }) ?? false { return }
                    wanted[run] = max(act.number, wanted[run] ?? 0)
                }
                for file in files {
                    for block in file.index.acts.indices {
                        for act in try file.acts(block) { note(act) }
                    }
                }
                for act in look.kept.acts.values { note(act) }
                let acts = try counted(files, look.pending, Set(wanted.values))
                return wanted.compactMapValues { acts[$0] }
            }
        }
    }
}

/// Adds up what the entries of some acts have.
private func counted(
    _ files: [HistoryFile],
    _ pending: [HistoryEntry],
    _ acts: Set<Int64>
) throws -> [Int64: CountedStock] {
    var counted: [Int64: CountedStock] = [:]
    for number in acts { counted[number] = CountedStock() }
    var merge = try HistoryMerge(files, then: pending)
    while let entries = try merge.next() {
        for entry in entries where acts.contains(entry.act) {
            if case .stock(let stock) = entry.event { counted[entry.act]?.add(stock) }
        }
    }
    return counted
}
