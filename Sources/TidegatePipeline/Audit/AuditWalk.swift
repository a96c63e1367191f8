import InventoryCore
import OroClient
import StateStore

/// Reads all levels with their names, page by page, with two readers where there are many.
struct AuditWalk {
    let shop: OroClient
    /// Where the second reader begins; without it the first reads everything.
    let middle: LevelID?

    /// One page, and how far its reader has come with it.
    struct Page: Sendable {
        let half: AuditProgress.Half
        let levels: [ShopLevel]
        /// Shown without product or unit.
        let unnamed: [LevelID]
        let progress: AuditProgress.Reader
    }

    private struct Step: Sendable {
        let half: AuditProgress.Half
        let page: LevelIndexPage
    }

    /// Gives each page after `progress` to `body`, one at a time, while the next is already being read.
    ///
    /// - Throws: `Fault` where the shop cannot be read to the end, and what `body` throws.
    func forEachPage(after progress: AuditProgress, _ body: (Page) async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Step.self) { group in
            func read(_ half: AuditProgress.Half, after: LevelID?) {
                let shop = shop
                group.addTask { Step(half: half, page: try await shop.levelIndex(after: after)) }
            }
            if !progress.first.isDone { read(.first, after: progress.first.cursor) }
            if let middle, !progress.second.isDone { read(.second, after: progress.second.cursor ?? middle) }
            while let step = try await group.next() {
                var (levels, unnamed) = (step.page.levels, step.page.unnamed)
                var isEnd = step.page.isLast
                if step.half == .first, let middle {
                    let count = levels.count + unnamed.count
                    levels.removeAll { LevelWalk.isBefore(middle, $0.id) }
                    unnamed.removeAll { LevelWalk.isBefore(middle, $0) }
                    if levels.count + unnamed.count < count { isEnd = true }
                }
                let last = step.page.last
                if !isEnd, let last { read(step.half, after: last) }
                let state = AuditProgress.Reader(cursor: last, isDone: isEnd || last == nil)
                try await body(Page(half: step.half, levels: levels, unnamed: unnamed, progress: state))
            }
        }
    }
}
