package import InventoryCore
import StateStore
import TidegateSettings

/// Who has changed what of a SKU's figures, when and why.
package struct SKUHistory: Sendable {
    package let sku: SKU
    /// Whose stock it shows; mostly its own.
    private let stock: SKU
    /// In the order in which they came about.
    package let steps: [Step]
    /// Before this only the last state of the stock is kept.
    package let since: Timestamp?

    /// One thing that happened.
    package enum Step: Sendable {
        case figure(FigureChange)
        /// What the SKU's accepted stock came to, by site.
        case stock(HistoryStock, at: Timestamp, act: HistoryAct?, cause: MovementCause)
        case decision(HistoryAct)

        /// What it comes from; nothing where that is not kept any more, or the shop has changed by itself.
        package var act: HistoryAct? {
            switch self {
            case .figure(let change): change.act
            case .stock(_, _, let act, _): act
            case .decision(let act): act
            }
        }

        package var at: Timestamp {
            switch self {
            case .figure(let change): change.at
            case .stock(_, let at, _, _): at
            case .decision(let act): act.at
            }
        }
    }

    /// The changes of figures alone, in the order in which they came about.
    package var changes: [FigureChange] {
        steps.compactMap { if case .figure(let change) = $0 { change } else { nil } }
    }

    /// Reads the history of a product's figures and of the stock that they show.
    ///
    /// - Parameters:
    ///   - text: the SKU of a product of the shop or of the ERP.
    ///   - from: the first instant that is looked at; the beginning without one.
    ///   - to: the end, which is not part of it; now without one.
    ///   - isKnown: whether it is known already that there is such a SKU.
    ///   - shop: whose history it is.
    /// - Throws: `Fault`: nobody knows the SKU (66), or a file of the history is damaged.
    package init(
        of text: String,
        from: Timestamp? = nil,
        to: Timestamp? = nil,
        isKnown: Bool = false,
        in shop: Shop
    ) async throws {
        do {
            let asked = SKU(text)
            // A fence's second product shows the stock of another.
            let stock = try await shop.state.stocks(shownBy: [asked])[asked]
            let kept = try await shop.state.history(of: stock ?? asked)
            if kept.entries.isEmpty, !isKnown { try await SKUHistory.requireKnown(asked, in: shop) }
            (sku, self.stock) = (asked, stock ?? asked)
            since = kept.since
            steps = SKUHistory.steps(kept, ofProduct: stock == nil ? nil : asked).filter { step in
                (from.map { $0 <= step.at } ?? true) && (to.map { step.at < $0 } ?? true)
            }
        } catch {
            throw Fault(error)
        }
    }

    /// Gives the lines that have stated the SKU in the deliveries of its history, as far as the archive still
    /// has them; each of those is read to its end.
    ///
    /// - Throws: `Fault`.
    package func lines(in shop: Shop) async throws -> [RunID: [Int]] {
        do {
            let runs = Set(steps.compactMap(\.act?.run))
            var lines: [RunID: [Int]] = [:]
            let copies = try SnapshotArchive(folder: shop.state.folder).snapshots()
            for copy in copies where runs.contains(copy.run) {
                guard let record = try await shop.state.run(copy.run) else { continue }
                let format = try shop.source(record.source).settings.format
                lines[copy.run] = try await copy.rows(of: stock, format).map(\.line)
            }
            return lines
        } catch {
            throw Fault(error)
        }
    }

    private static func steps(_ kept: KeptHistory, ofProduct product: SKU?) -> [Step] {
        let story = FigureStory(kept.entries, acts: kept.acts)
        var steps: [Step] = []
        var isFirst = true
        for (stock, at, act) in story.stocks {
            let isBegun = isFirst && (act?.number ?? 0) <= kept.base && act?.isFirst != true
            let cause = isBegun ? .begun : MovementCause(stock.reasons, of: act?.kind)
            steps.append(.stock(stock, at: at, act: act, cause: cause))
            isFirst = false
        }
        for change in story.changes where product.map({ $0 == change.level.key.sku }) ?? true {
            steps.append(.figure(change))
        }
        steps += story.decisions.map { .decision($0) }
        // Steps of one instant stay in this order: stock, figures, decisions.
        return steps.enumerated().sorted { left, right in
            (left.element.at, left.offset) < (right.element.at, right.offset)
        }.map(\.element)
    }

    private static func requireKnown(_ sku: SKU, in shop: Shop) async throws {
        if try await !shop.state.levels(of: [sku]).isEmpty { return }
        if try await shop.stock().positions(of: [sku])[sku]?.isEmpty == false { return }
        let near = try await shop.knownNames(near: [sku])[sku.text]
        throw Fault(
            .inputMissing,
            code: "unknown_sku",
            message: "Neither the history, nor the last snapshot, nor the shop has the SKU \(sku).",
            hint: near?.sentence ?? "SKUs are compared byte for byte, capitals and blanks included."
        )
    }
}
