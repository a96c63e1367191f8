import HTTPTransport
package import InventoryCore

/// One page of the walk over all levels.
package struct LevelIndexPage: Hashable, Sendable {
    package var levels: [ShopLevel] = []
    /// Where the next page begins; nothing on the last page.
    package var last: LevelID?
    /// Whether this is the last page: pages can be shorter than asked for, so only an empty one is.
    package var isLast = false
    /// Levels whose product or unit the shop does not show: the role cannot see them, or they are being
    /// deleted.
    package var unnamed: [LevelID] = []
    /// Levels with more decimals than we hold; their quantity is rounded so that it differs from any figure
    /// of ours.
    package var inexact: [LevelID] = []
}

/// Levels that were asked for, with what the shop calls them.
package struct NamedLevels: Hashable, Sendable {
    package var levels: [ShopLevel] = []
    /// Levels whose product or unit the shop does not show.
    package var unnamed: [LevelID] = []

    package init() {}
}

/// One page of the walk over all quantities.
package struct QuantityPage: Hashable, Sendable {
    package var quantities: [(LevelID, Quantity)]
    package var last: LevelID?
    package var isLast: Bool

    package static func == (left: QuantityPage, right: QuantityPage) -> Bool {
        left.last == right.last && left.isLast == right.isLast
            && left.quantities.elementsEqual(right.quantities) { $0 == $1 }
    }

    package func hash(into hasher: inout Hasher) {
        for (level, quantity) in quantities {
            hasher.combine(level)
            hasher.combine(quantity)
        }
        hasher.combine(isLast)
    }
}

extension OroClient {
    /// What the shop shows now for some levels; ids that are missing from the answer no longer exist.
    package func readBack(_ levels: [LevelID]) async -> ReadBackAnswer {
        var found: [LevelID: Quantity] = [:]
        var open = Array(Set(levels))
        // A shop can be set to smaller pages, so missing levels are asked for again as long as that finds
        // some.
        while !open.isEmpty {
            let before = found.count
            for (range, list) in query.lists(open.map(\.text), countMax: options.readBackIDsMax) {
                let path = LevelQuery.quantities(list, size: range.count)
                switch await document(path) {
                case .failure(let trouble): return .trouble(trouble)
                case .success(let document):
                    for row in document.levels {
                        guard let shown = row.quantity.flatMap({ ShopQuantity($0) }) else {
                            return .trouble(.outage("level \(row.id) is shown without a quantity"))
                        }
                        found[LevelID(row.id)] = shown.quantity
                    }
                }
            }
            guard found.count > before else { break }
            open = open.filter { found[$0] == nil }
        }
        return .levels(found)
    }

    /// One page of all levels with SKU, unit and warehouse, in the order of their ids.
    package func levelIndex(after: LevelID?) async throws(Fault) -> LevelIndexPage {
        let path = LevelQuery.index(after: after, size: options.pageSize)
        let page = LevelIndexPage(try await required(path))
        if let last = page.last, let after { try requireProgress(from: after, to: last) }
        return page
    }

    /// One page of all quantities, in the order of the ids: what an audit reads.
    package func quantities(after: LevelID?) async throws(Fault) -> QuantityPage {
        let document = try await required(LevelQuery.quantities(after: after, size: options.pageSize))
        let last = document.levels.last.map { LevelID($0.id) }
        if let last, let after { try requireProgress(from: after, to: last) }
        return QuantityPage(
            quantities: document.levels.compactMap { row in
                row.quantity.flatMap { ShopQuantity($0) }.map { (LevelID(row.id), $0.quantity) }
            },
            last: last,
            isLast: document.levels.isEmpty
        )
    }

    /// The levels of some SKUs in all their units; a SKU that the shop does not have is absent.
    package func resolve(_ skus: [SKU]) async throws(Fault) -> NamedLevels {
        let asked = Set(skus.filter { LevelQuery.canAsk($0) })
        var found = NamedLevels()
        for (_, list) in query.lists(asked.map(\.text).sorted(), countMax: options.pageSize) {
            var after: LevelID?
            repeat {
                let path = LevelQuery.ofSKUs(list, after: after, size: options.pageSize)
                let page = LevelIndexPage(try await required(path))
                if let last = page.last, let after { try requireProgress(from: after, to: last) }
                found.levels += page.levels.filter { asked.contains($0.key.sku) }
                found.unnamed += page.unnamed
                let count = page.levels.count + page.unnamed.count
                after = count < options.pageSize ? nil : page.last
            } while after != nil
        }
        return found
    }

    /// Levels with SKU, unit and warehouse; ids that are not there any more are absent.
    package func named(_ levels: [LevelID]) async throws(Fault) -> NamedLevels {
        var found = NamedLevels()
        for (range, list) in query.lists(levels.map(\.text), countMax: options.readBackIDsMax) {
            let page = LevelIndexPage(try await required(LevelQuery.named(list, size: range.count)))
            found.levels += page.levels
            found.unnamed += page.unnamed
        }
        return found
    }

    private var query: LevelQuery { LevelQuery(urlBytesMax: options.urlBytesMax) }

    private enum Read {
        case success(LevelDocument)
        case failure(ShopTrouble)
    }

    private func document(_ path: String, needing right: ShopRight = .viewLevels) async -> Read {
        let call = Call(path: path, timeoutSeconds: options.timeouts.readSeconds)
        switch ReadRules.answer(await exchange(call), needing: right) {
        case .failure(let trouble): return .failure(trouble)
        case .success(let reply):
            do {
                return .success(try LevelDocument(reply.body))
            } catch {
                return .failure(.outage("a page of levels came cut short (byte \(error.offset))"))
            }
        }
    }

    func required(
        _ path: String,
        needing right: ShopRight = .viewLevels
    ) async throws(Fault) -> LevelDocument {
        let read = await patiently {
            await document(path, needing: right)
        } trouble: { read in
            if case .failure(let trouble) = read { trouble } else { nil }
        }
        switch read {
        case .success(let document): return document
        case .failure(let trouble): throw Fault(trouble, place: "GET \(LevelQuery.collection)")
        }
    }

    /// A page that does not move on would be asked for forever.
    private func requireProgress(from: LevelID, to: LevelID) throws(Fault) {
        guard LevelWalk.isBefore(from, to) else {
            throw Fault(
                .unavailable,
                code: .unexpectedAnswer,
                place: "GET \(LevelQuery.collection)",
                message: "The page after level \(from) ends with level \(to).",
                hint: "Check whether a proxy before the shop drops or caches queries."
            )
        }
    }
}

/// The order in which levels are walked.
package enum LevelWalk {
    /// Compares ids as the shop's database does: by value where both are numbers.
    package static func isBefore(_ left: LevelID, _ right: LevelID) -> Bool {
        let numeric = [left, right].allSatisfy { $0.text.utf8.allSatisfy { (0x30...0x39).contains($0) } }
        if numeric, left.text.utf8.count != right.text.utf8.count {
            return left.text.utf8.count < right.text.utf8.count
        }
        return left < right
    }
}

extension LevelIndexPage {
    /// What a level without a name means.
    static let hidden = "levels are shown without their product or unit"

    /// Joins a page's levels with the products, units and warehouses that it includes.
    init(_ document: LevelDocument) {
        self.init()
        levels.reserveCapacity(document.levels.count)
        for row in document.levels {
            let id = LevelID(row.id)
            guard let productID = row.product, let product = document.products[productID],
                let precisionID = row.unitPrecision, let unit = document.unitPrecisions[precisionID],
                let shown = row.quantity.flatMap({ ShopQuantity($0) })
            else {
                unnamed.append(id)
                continue
            }
            if !shown.isExact { inexact.append(id) }
            levels.append(
                ShopLevel(
                    id: id,
                    key: LevelKey(
                        sku: SKU(product.sku),
                        unit: StockUnit(unit.unit),
                        warehouse: row.warehouse.map { document.warehouses[$0] ?? $0 }
                    ),
                    quantity: shown.quantity,
                    precision: unit.precision,
                    isPrimaryUnit: product.primaryUnitPrecision == precisionID,
                    conversionRate: unit.conversionRate,
                    product: ProductID(productID)
                )
            )
        }
        last = document.levels.last.map { LevelID($0.id) }
        isLast = document.levels.isEmpty
    }
}
