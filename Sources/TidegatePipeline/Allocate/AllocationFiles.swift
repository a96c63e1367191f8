package import InventoryCore
import TidegateSettings

/// Rules and stock from files alone, ready to allocate: no state, no shop.
package struct AllocationFiles: Sendable {
    package let rules: RuleSet
    package let book: StockBook
    /// What fences without a step are filled in: the smallest amount that the declared units show, or 1.
    package let granularity: Quantity
    /// What is allowed in the rules and yet doubtful, one a line.
    package let warnings: [String]

    /// Which files are read; consumption and web orders need not be known.
    package struct Paths: Sendable {
        package var rules: String
        package var positions: String
        package var consumed: String?
        package var webOrders: String?

        package init(rules: String, positions: String, consumed: String? = nil, webOrders: String? = nil) {
            self.rules = rules
            self.positions = positions
            self.consumed = consumed
            self.webOrders = webOrders
        }
    }

    /// Reads the files; rules that have no sites get those of the positions.
    ///
    /// - Throws: `Fault`: bad rules (78), a bad row (65), a file that is not there (66).
    package init(_ paths: Paths) throws {
        let file = try AllocationFiles.rulesFile(paths.rules)
        granularity = file.units.granularity ?? Quantity(units: 1)
        let positions = StockTable.positions(path: paths.positions)
        var warnings = file.warnings.map(\.description)
        if file.rules.sites.isEmpty {
            var rows: [StockTable.Row] = []
            try positions.read { rows.append($0) }
            let stocked = Set(rows.lazy.map(\.site))
            let named = file.rules.namedSites
            for (site, place) in named where !stocked.contains(site) {
                warnings.append(
                    "\(place.map(\.description) ?? paths.rules): No position is at site \(site), "
                        + "which this rule is about. Correct its name, or leave it so where nothing "
                        + "lies there."
                )
            }
            rules = file.rules.withSites(stocked.union(named.map(\.site)))
            var book = StockBook(rules: rules)
            for row in rows { try AllocationFiles.add(row, of: positions, to: &book) }
            self.book = try AllocationFiles.charged(book, paths)
        } else {
            rules = file.rules
            var book = StockBook(rules: rules)
            try positions.read { try AllocationFiles.add($0, of: positions, to: &book) }
            self.book = try AllocationFiles.charged(book, paths)
        }
        if book.isEmpty {
            warnings.append("\(paths.positions):1: No row follows the header, so nothing was divided.")
        }
        self.warnings = warnings
    }

    private static func rulesFile(_ path: String) throws(Fault) -> RulesFile {
        do {
            return try RulesFile.load(path: path, locations: .inPositions)
        } catch {
            throw Fault(rules: error)
        }
    }

    private static func add(
        _ row: StockTable.Row,
        of table: StockTable,
        to book: inout StockBook
    ) throws {
        do {
            try book.add(row.net, of: row.sku, at: row.site, location: Location(row.name))
        } catch {
            throw table.refusal(row.line, error.code, error.message, hint: error.hint)
        }
    }

    private static func charged(_ book: consuming StockBook, _ paths: Paths) throws -> StockBook {
        var book = book
        if let path = paths.consumed {
            let table = StockTable.consumed(path: path)
            try table.read { row in
                do throws(StockBookError) {
                    try book.add(consumed: row.net, of: row.sku, at: row.site, fence: FenceID(row.name))
                } catch {
                    throw table.refusal(row.line, error.code, error.message, hint: error.hint)
                }
            }
        }
        if let path = paths.webOrders {
            let table = StockTable.webOrders(path: path)
            try table.read { row in
                do throws(StockBookError) {
                    try book.add(orders: row.net, of: row.sku, at: row.site, pool: row.name)
                } catch {
                    throw table.refusal(row.line, error.code, error.message, hint: error.hint)
                }
            }
        }
        return book
    }
}

extension RuleSet {
    /// The sites that rules are limited to, with the place of each such rule.
    fileprivate var namedSites: [(site: SiteID, place: RulePlace?)] {
        let safety = safety.compactMap { rule in rule.site.map { ($0, rule.place) } }
        return safety + fences.flatMap(\.rules).compactMap { rule in rule.site.map { ($0, rule.place) } }
    }

    /// The same rules at sites that only have a name.
    fileprivate func withSites(_ ids: Set<SiteID>) -> RuleSet {
        RuleSet(sites: ids.map { Site(id: $0) }, safety: safety, fences: fences)
    }
}
