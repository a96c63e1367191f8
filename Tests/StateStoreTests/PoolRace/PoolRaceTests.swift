import Foundation
import InventoryCore
import StateStore
import TestSupport
import Testing

/// The outbox and the push engine together against a shop in virtual time: no seed may ever show more of a
/// stock than there was or is (ring-fencing, I6).
struct PoolRaceTests {
    private static let seeds =
        ProcessInfo.processInfo.environment["TIDEGATE_RACES"].flatMap { UInt64($0) } ?? 24

    @Test(
        "whatever gets lost, the pools of a stock never show more than there was or is",
        arguments: 0..<seeds
    )
    func pools(seed: UInt64) async throws {
        let state = try TemporaryState()
        var race = try await PoolRace(seed: seed, state: state)
        for round in 0..<6 {
            race.shop.faults = round == 0 ? 0 : 20
            try await race.want()
            try await race.push(disturbed: round > 0)
            race.shop.faults = 0
            try await race.push(disturbed: false)
            #expect(race.shop.violations.prefix(3) == [], "seed \(seed), round \(round)")
            #expect(try await race.isAtRest(), "seed \(seed), round \(round)")
            #expect(race.unmet == [], "seed \(seed), round \(round)")
            race.rest()
        }
    }
}

/// The shell around outbox and engine, as the service has it, in virtual time.
private struct PoolRace {
    var shop: RaceShop
    private let state: TemporaryState
    private var database: StateDatabase
    private var engine: PushEngine
    private let options: PushOptions
    private var random: SplitMix64
    private var wanted: [LevelKey: Quantity] = [:]
    private var runs = 0

    private static let stocks = (0..<5).map { SKU("S-\($0)") }

    private static func levels(of stock: SKU) -> [LevelKey] {
        [
            LevelKey(sku: stock, unit: "item", warehouse: "Everyone"),
            LevelKey(sku: stock, unit: "item", warehouse: "Gold"),
            LevelKey(sku: SKU(stock.text + "-KA"), unit: "item", warehouse: "Everyone"),
        ]
    }

    init(seed: UInt64, state: TemporaryState) async throws {
        self.state = state
        random = SplitMix64(state: seed)
        let keys = PoolRace.stocks.flatMap(PoolRace.levels)
        shop = RaceShop(levels: keys, seed: seed)
        var options = PushOptions()
        switch seed % 3 {
        case 0: options.mode = .single
        case 1: (options.mode, options.batchSupport) = (.synchronous, .synchronous)
        default: options.mode = .batch
        }
        self.options = options
        engine = PushEngine(options: options, seed: seed)
        database = try state.database()
        _ = try await database.replaceIndexPage(keys.compactMap(shop.level), at: TemporaryState.now)
    }

    private var moment: PushInstant { PushInstant(nanoseconds: Int64(shop.now * 1e9)) }

    /// Divides some stocks anew: other quantities, other rules, or both.
    mutating func want() async throws {
        runs += 1
        let stocks = PoolRace.stocks.filter { _ in random.chance(70) }
        var levels: [WantedLevel] = []
        for stock in stocks {
            let units = random.chance(20) ? 0 : random.below(60)
            let before = shop.bounds[stock] ?? .zero
            // Half the time only the rules change.
            let total = random.chance(50) ? Quantity(units: Int64(units)) : before
            shop.bounds[stock] = max(before, total)
            var left = Int(total.millionths / Quantity.scale)
            let keys = PoolRace.levels(of: stock)
            for (place, key) in keys.enumerated() {
                let part = place + 1 == keys.count ? left : random.below(left + 1)
                left -= part
                levels.append(WantedLevel(key: key, quantity: Quantity(units: Int64(part))))
            }
        }
        for level in levels { wanted[level.key] = level.quantity }
        let skus = Array(Set(levels.map(\.key.sku))).sorted()
        let stored = try await database.levels(of: skus)
        let known = Dictionary(uniqueKeysWithValues: stored.map { ($0.key, $0) })
        let plan = PushPlan(wanted: levels, rulesVersion: "\(runs)") { key in
            known[key].map { CurrentLevel(published: $0.published, pending: $0.pending) }
        }
        var acceptance = Acceptance(run: .sample(RunID("run-\(runs)")), at: TemporaryState.now)
        acceptance.wishes = plan.wishes.map { wish in
            AcceptedWish(wish, row: known[wish.key]?.row, stock: RaceShop.stock(of: wish.key))
        }
        try await database.accept(acceptance)
        engine.add([], exhausted: false, now: moment)
    }

    /// Everything is confirmed: from here on only the new stock counts.
    mutating func rest() {
        for stock in PoolRace.stocks {
            let sum = PoolRace.levels(of: stock).reduce(Int64(0)) { $0 + (wanted[$1]?.millionths ?? 0) }
            shop.bounds[stock] = Quantity(millionths: sum)
        }
    }

    func isAtRest() async throws -> Bool {
        try await database.backlog() == Backlog()
    }

    /// Levels that show something else than was wanted last.
    var unmet: [String] {
        wanted.keys.sorted().filter { shop.level($0)?.quantity != wanted[$0] }.map(\.description)
    }

    /// Pushes until nothing is left; disturbed, there are crashes and newer wishes meanwhile, and an end
    /// before everything is found again.
    mutating func push(disturbed: Bool) async throws {
        try await startEngine()
        if !disturbed { try await database.retryRefused() }
        for _ in 0..<20_000 {
            if disturbed, random.below(60) == 0 { try await crash() }
            if disturbed, random.below(60) == 0 { try await want() }
            let count = engine.wanted
            if count > 0 {
                let wishes = try await database.claimed(count)
                engine.add(wishes, exhausted: wishes.count < count, now: moment)
            }
            let actions = engine.next(now: moment)
            try await database.leaveOperations(of: engine.takeLeftOperations())
            for action in actions { shop.start(action) }
            let status = engine.status(now: moment)
            switch status {
            case .working(let until):
                let limit = until.map { Double($0.nanoseconds + 2) / 1e9 } ?? .infinity
                for event in shop.advance(to: limit) { try await take(event) }
                if engine.receiptCount > 5 { try await settle() }
            case .unsettled: try await settle()
            case .idle:
                if disturbed, random.chance(30) { return }
                let hasEnded = try await endQuestions(waiting: !disturbed)
                guard try await resolveGone() || hasEnded else { return }
                engine.add([], exhausted: false, now: moment)
            case .stopped(let trouble):
                Issue.record("stopped: \(trouble)")
                return
            }
        }
        Issue.record("does not end")
    }

    private mutating func take(_ event: PushEvent) async throws {
        if case .submitted(_, .accepted(let operation)) = event {
            let open = try await database.openClaims().filter { $0.operation == nil }.map(\.wish)
            let sent = shop.levels(of: operation)
            try await database.record(operation: operation, of: open.filter { sent.contains($0.level) })
        }
        engine.handle(event, now: moment)
    }

    private mutating func settle() async throws {
        let receipts = engine.takeReceipts()
        let questions = receipts.compactMap { receipt -> OpenQuestion? in
            switch receipt.question {
            case nil: nil
            case .operation(let id): OpenQuestion(sequence: receipt.wish.sequence, until: nil, operation: id)
            case .until(let end):
                OpenQuestion(sequence: receipt.wish.sequence, until: machine(Double(end.nanoseconds) / 1e9))
            }
        }
        try await database.settle(receipts, questions: questions, at: TemporaryState.now)
    }

    private func machine(_ seconds: Double) -> MachineInstant {
        MachineInstant(boot: "virtual", seconds: seconds)
    }

    /// Reads back what is not in question any more; gives whether there was any.
    private mutating func endQuestions(waiting: Bool) async throws -> Bool {
        for ended in engine.takeEndedOperations() {
            switch ended {
            case .final(let id): try await database.endOperation(id, until: machine(shop.now))
            case .vanished(let id):
                try await database.endOperation(id, until: machine(shop.now + options.settleSeconds))
            }
        }
        var hasWaited = false
        let hasOperations = try await !database.questionedOperations().isEmpty
        let hasUntil = try await database.lastQuestionEnd() != nil
        if waiting, hasOperations || hasUntil {
            hasWaited = true
            let end = shop.now + options.settleSeconds
            while shop.now < end {
                for event in shop.advance(to: end) { try await take(event) }
            }
            try await settle()
            try await startEngine()
        }
        let now = machine(shop.now)
        let ended = try await database.endedQuestions(at: now, restart: now, limit: 1_000)
        let levels = ended.levels
        let shown = Dictionary(
            levels.compactMap { level in shop.shown[level.level].map { (level.level, $0) } }
        ) { $1 }
        try await database.endQuestions(levels, shown: shown, at: TemporaryState.now)
        return waiting && (hasWaited || !levels.isEmpty || ended.confirmed > 0)
    }

    /// Finds levels that are gone by SKU, as the service does.
    private mutating func resolveGone() async throws -> Bool {
        let lost = try await database.unresolved(limit: 100)
        let found = Set(lost.map(\.key.sku)).sorted().flatMap { sku in
            PoolRace.levels(of: RaceShop.stock(of: LevelKey(sku: sku, unit: "item"))).filter { $0.sku == sku }
        }
        _ = try await database.replaceIndexPage(found.compactMap(shop.level), at: TemporaryState.now)
        return !lost.isEmpty
    }

    private mutating func crash() async throws {
        shop.loseClient()
        database = try state.reopened()
        try await startEngine()
    }

    private mutating func startEngine() async throws {
        engine = PushEngine(options: options, seed: UInt64(random.below(1 << 30)))
        try await database.takeOverClaims(
            sent: nil,
            until: machine(shop.now + options.settleSeconds),
            at: TemporaryState.now
        )
        var wishes: [OperationID: [Wish]] = [:]
        for claim in try await database.openClaims() {
            if let operation = claim.operation { wishes[operation, default: []].append(claim.wish) }
        }
        for operation in try await database.questionedOperations() where wishes[operation] == nil {
            wishes[operation] = []
        }
        let operations = wishes.sorted { $0.key < $1.key }
            .map { RecoveredOperation(id: $0, wishes: $1, ageSeconds: 0) }
        engine.recover(operations, now: moment)
    }
}
