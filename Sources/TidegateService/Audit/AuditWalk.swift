import InventoryCore
import OroClient

/// Reads the quantities of all levels, page by page, with two readers where there are many.
struct AuditWalk {
    let shop: OroClient
    /// Where the second reader begins; nothing leaves everything to the first.
    let middle: LevelID?

    private struct Step: Sendable {
        let reader: Reader
        let page: QuantityPage
    }

    private enum Reader: Sendable {
        case first
        case second
    }

    /// Gives each page to `body`, one at a time, while the next is already being read.
    ///
    /// - Throws: `OroError` where the shop cannot be read to the end, and what `body` throws.
    func forEachPage(_ body: ([(LevelID, Quantity)]) async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Step.self) { group in
            func read(_ reader: Reader, after: LevelID?) {
                let shop = shop
                group.addTask { Step(reader: reader, page: try await shop.quantities(after: after)) }
            }
            read(.first, after: nil)
            if let middle { read(.second, after: middle) }
            while let step = try await group.next() {
                var quantities = step.page.quantities
                var isEnd = step.page.isLast
                if step.reader == .first, let middle {
                    let own = quantities.prefix { !LevelWalk.isBefore(middle, $0.0) }
                    if own.count < quantities.count { isEnd = true }
                    quantities = Array(own)
                }
                if !isEnd, let last = step.page.last { read(step.reader, after: last) }
                if !quantities.isEmpty { try await body(quantities) }
            }
        }
    }
}
