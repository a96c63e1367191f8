import InventoryCore
import StateStore

/// Divides the stock of the touched articles, some at a time: several steps are under way at once, and each
/// is handed on in its turn.
struct PlanSteps: Sendable {
    private let workspace: Workspace
    private let index: LevelIndex
    private let asking: LevelIndex.Asking
    private let apportioner: Apportioner
    private let former: Apportioner?
    /// What is accepted but not yet in the baseline, in byte order of the articles.
    private let accepted: [Delta]

    /// Articles of a step: what is held of them meanwhile does not grow with their number.
    private static let skusPerStep = 2_500
    /// Steps under way or waiting for their turn.
    private static let stepsMax = 3

    /// Articles and how their stock was divided.
    struct Step: Sendable {
        /// How many steps come before.
        fileprivate let number: Int
        let articles: [WorkedArticle]
    }

    /// One article, and how its stock was divided.
    struct WorkedArticle: Sendable {
        /// After the accepted changes.
        let positions: [Position]
        fileprivate(set) var levels: ArticleLevels
        fileprivate(set) var apportionment: Apportionment
    }

    /// `accepted` comes in byte order of the articles.
    init(_ planning: Planning, accepted: [Delta], former: Apportioner?, _ asking: LevelIndex.Asking) {
        workspace = planning.workspace
        index = planning.index
        apportioner = planning.apportioner
        self.former = former
        self.accepted = accepted
        self.asking = asking
    }

    /// Calls `body` with each step, in the order of the articles, which come in byte order, each once.
    ///
    /// - Throws: what reading and the closure throw.
    func forEach(of skus: [SKU], _ body: (Step) throws -> Void) async throws {
        let starts = Array(stride(from: 0, to: skus.count, by: PlanSteps.skusPerStep))
        try await withThrowingTaskGroup(of: Step.self) { group in
            func begin(_ number: Int) {
                guard number < starts.count else { return }
                let part = Array(skus[starts[number]...].prefix(PlanSteps.skusPerStep))
                group.addTask { try await step(number, part) }
            }
            for number in 0..<PlanSteps.stepsMax { begin(number) }
            var waiting: [Int: Step] = [:]
            for turn in starts.indices {
                while waiting[turn] == nil, let step = try await group.next() { waiting[step.number] = step }
                guard let step = waiting.removeValue(forKey: turn) else { return }
                begin(turn + PlanSteps.stepsMax)
                try body(step)
            }
        }
    }

    private func step(_ number: Int, _ skus: [SKU]) async throws -> Step {
        try Task.checkCancellation()
        var levels = KnownLevels(try await index.levels(of: shown(for: skus), asking))
        var positions = await workspace.baseline.positions(ofEach: skus)
        applyAccepted(to: &positions, of: skus)
        var articles = zip(skus, positions).map { sku, positions in
            let own = levels.article(sku)
            let apportionment = own.apportion(positions, by: apportioner)
            return WorkedArticle(positions: positions, levels: own, apportionment: apportionment)
        }
        let lacking = articles.indices.filter { articles[$0].levels.lacks(articles[$0].apportionment) }
        if let found = try await index.lookUp(lacking.map { skus[$0] }, asking) {
            levels.take(found)
            // What was found may be a product that shows the stock of any of them.
            for place in articles.indices { articles[place].levels = levels.article(skus[place]) }
            for place in lacking {
                let own = articles[place].levels
                articles[place].apportionment = own.apportion(positions[place], by: apportioner)
            }
        }
        return Step(number: number, articles: articles)
    }

    private func applyAccepted(to positions: inout [[Position]], of skus: [SKU]) {
        var next = skus.first.map { firstDelta(from: $0) } ?? accepted.count
        for (place, sku) in skus.enumerated() {
            while next < accepted.count, accepted[next].key.sku < sku { next += 1 }
            while next < accepted.count, accepted[next].key.sku == sku {
                PlanSteps.apply(accepted[next], to: &positions[place])
                next += 1
            }
        }
    }

    /// The place of the first delta of this article or of one behind it.
    private func firstDelta(from sku: SKU) -> Int {
        var (low, high) = (0, accepted.count)
        while low < high {
            let middle = (low + high) / 2
            if accepted[middle].key.sku < sku { low = middle + 1 } else { high = middle }
        }
        return low
    }

    private static func apply(_ delta: Delta, to positions: inout [Position]) {
        let place = positions.firstIndex { $0.key == delta.key }
        switch (place, delta.after) {
        case (let place?, let after?): positions[place] = Position(key: delta.key, net: after)
        case (let place?, nil): positions.remove(at: place)
        case (nil, let after?): positions.append(Position(key: delta.key, net: after))
        case (nil, nil): break
        }
    }

    /// The products that show stock of these articles, or did so in the last run.
    private func shown(for skus: [SKU]) -> [SKU] {
        let aliases = skus.flatMap { apportioner.rules.aliases(of: $0, andBy: former?.rules) }
        return aliases.isEmpty ? skus : Set(skus + aliases).sorted()
    }
}
