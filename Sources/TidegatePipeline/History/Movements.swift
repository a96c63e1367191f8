package import InventoryCore
import StateStore

/// What became of accepted stock in a period, SKU by SKU and site by site.
package struct Movements: Sendable {
    package let period: Range<Timestamp>
    package var sku: SKU?
    package var site: SiteID?

    /// Prepares a look at a period.
    ///
    /// - Throws: `bad_period` (64) where it ends before it begins.
    package init(from: Timestamp, to: Timestamp) throws(Fault) {
        guard from < to else {
            throw Fault(
                .usage,
                code: "bad_period",
                message: "The period ends at \(to), and begins at \(from).",
                hint: "Name an end after the beginning; the end itself is not part of the period."
            )
        }
        period = from..<to
    }

    /// The totals of a period.
    package struct Totals: Sendable {
        package fileprivate(set) var sites: [SiteID: Total] = [:]
        /// Times of which changes are lost, as sentences.
        package fileprivate(set) var gaps: [String] = []
    }

    /// The totals of one site.
    package struct Total: Sendable {
        package fileprivate(set) var skus = 0
        package fileprivate(set) var opening: Int128 = 0
        package fileprivate(set) var closing: Int128 = 0
        package fileprivate(set) var moved: [MovementCause: Int128] = [:]
    }

    /// Gives each movement to the body, by SKU and site, and then the totals.
    ///
    /// - Throws: `history_begins_later` (66), `history_damaged` (70), what the body throws, or another
    ///   `Fault`.
    package func read(
        in shop: Shop,
        _ body: @escaping @Sendable (StockMovement) throws -> Void
    ) async throws -> Totals {
        if let sku { return try await read(sku, in: shop, body) }
        return try await shop.state.withHistory { [self] walk, kept in
            try require(kept)
            var totals = Totals()
            totals.gaps = sentences(kept.gaps)
            while let course = try walk.next() { try take(course, &totals, body) }
            return totals
        }
    }

    private func read(
        _ sku: SKU,
        in shop: Shop,
        _ body: @escaping @Sendable (StockMovement) throws -> Void
    ) async throws -> Totals {
        let stock = try await shop.state.stocks(shownBy: [sku])[sku] ?? sku
        let kept = try await shop.state.history(of: stock)
        try require(kept)
        var totals = Totals()
        totals.gaps = sentences(kept.gaps)
        let course = StockCourse(of: stock, base: kept.base, kept.entries) { kept.acts[$0] }
        try take(course, &totals, body)
        return totals
    }

    private func take(
        _ course: StockCourse,
        _ totals: inout Totals,
        _ body: (StockMovement) throws -> Void
    ) throws {
        for movement in course.movements(from: period.lowerBound, to: period.upperBound) {
            if let site, movement.site != site { continue }
            totals.sites[movement.site, default: Total()].add(movement)
            try body(movement)
        }
    }

    private func require(_ kept: KeptHistory) throws(Fault) {
        guard let since = kept.since, period.lowerBound < since else { return }
        throw Fault(
            .inputMissing,
            code: .historyBeginsLater,
            message: "The history keeps every change since \(since), and the period begins at "
                + "\(period.lowerBound).",
            hint: "Begin later, or look in a backup; `store.history_days` says how long changes are kept."
        )
    }

    private func sentences(_ gaps: [HistoryGap]) -> [String] {
        gaps.filter { $0.from < period.upperBound && period.lowerBound <= $0.until }.map(\.sentence)
    }
}

extension Movements.Total {
    fileprivate mutating func add(_ movement: StockMovement) {
        skus += 1
        opening += movement.opening.available
        closing += movement.closing.available
        for (cause, amount) in movement.moved { moved[cause, default: 0] += amount }
    }

    /// Whether both sides agree.
    package var holds: Bool { opening + moved.values.reduce(0, +) == closing }
}

extension HistoryGap {
    /// What is lost, in words.
    package var sentence: String {
        "Changes between \(from) and \(until) are lost: \(reason) "
            + "What moved then counts with the next change."
    }
}
