/// As of when the figures are that count for a SKU, by source: they contain what was acknowledged until then
/// (spec/orders.md, 4).
package struct FigureTimes: Sendable {
    /// When each source's last full delivery was true.
    package var full: [SourceID: Timestamp]
    /// When a source has last stated single SKUs whole, in partial deliveries, events, or rows with times.
    package var stated: [SKU: [SourceID: Timestamp]] = [:]
    /// The sources that have positions of a SKU; one that is missing is nobody's.
    package var holders: [SKU: Set<SourceID>] = [:]
    /// SKUs with a position in doubt: their figure is not the newest that was stated.
    package var doubtful: Set<SKU> = []
    private let sources: Set<SourceID>

    package init(of sources: some Sequence<SourceID>, full: [SourceID: Timestamp]) {
        self.sources = Set(sources)
        self.full = full
    }

    /// Whether the figures of a SKU contain what was acknowledged at that time.
    ///
    /// Without a source that of every source that has the SKU must: one that is older may be the one that
    /// still counts the stock.
    package func contain(_ part: LedgerLine.Acknowledged, of stock: SKU) -> Bool {
        guard !doubtful.contains(stock), !sources.isEmpty else { return false }
        var asked = holders[stock] ?? sources
        if let source = part.source, sources.contains(source) { asked = [source] }
        return asked.allSatisfy { source in
            let newest = max(full[source] ?? .distantPast, stated[stock]?[source] ?? .distantPast)
            return newest >= part.at
        }
    }
}

extension Timestamp {
    /// Before anything was stated.
    fileprivate static let distantPast = Timestamp(microseconds: .min)
}
