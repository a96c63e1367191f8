@testable import InventoryCore

/// The shell around the engine in virtual time, with a judge: it claims, starts, records and settles as the
/// real one does, and notes every broken promise.
struct PushHarness {
    enum Step {
        case want([(LevelKey, Quantity)])
        case consumers(Int, rate: Double)
        case latency(factor: Double)
        case crash
        /// The level is deleted and made anew under another id.
        case recreate(LevelKey)
    }

    var shop: ShopModel
    var outbox: OutboxModel
    private(set) var engine: PushEngine
    private(set) var wanted: [LevelKey: Quantity]
    private(set) var violations: [String] = []
    /// When each wave's last record was acknowledged.
    private(set) var waveEnds: [Wave: Double] = [:]
    /// Records acknowledged, with the time.
    private(set) var acknowledged: [(at: Double, count: Int)] = []
    private(set) var stopped: ShopTrouble?
    private(set) var parked: [ParkedIncrease] = []
    /// What earlier engines have done.
    private(set) var writesBefore = 0
    private(set) var submitsBefore = 0
    private(set) var requestsBefore = 0
    /// The levels that were refused in the end.
    private(set) var refusals: Set<LevelKey> = []
    private var retriesLeft = 3

    private let options: PushOptions
    private var script: [(at: Double, step: Step)]
    private var seed: UInt64
    private var random: SeededRandom
    private var ledgerRead = 0
    private var shown: [LevelKey: Quantity]
    private var sums: [SKU: Int64] = [:]
    private var bounds: [SKU: Int64] = [:]
    private var keys: [LevelID: LevelKey] = [:]
    private var busyLevels: Set<LevelID> = []
    private var operationLevels: [OperationID: [LevelID]] = [:]
    private var ticketLevels: [PushTicket: [LevelID]] = [:]
    private var polledOperations: [PushTicket: OperationID] = [:]
    private var newIDs = 1_000_000
    /// The wishes that were sent, as the shell's journal keeps them.
    private var sent: Set<Int64> = []

    init(
        catalogue: Catalogue,
        options: PushOptions,
        shop: ShopModel,
        script: [(at: Double, step: Step)] = [],
        seed: UInt64
    ) {
        self.options = options
        self.shop = shop
        self.script = script.sorted { $0.at < $1.at }
        self.seed = seed
        random = SeededRandom(seed: seed ^ 0xABCD)
        outbox = OutboxModel(published: catalogue.before, levels: catalogue.levels)
        engine = PushEngine(options: options, seed: seed)
        wanted = catalogue.before
        shown = catalogue.before
        for (key, quantity) in catalogue.before {
            sums[key.sku, default: 0] += quantity.millionths
            if let level = catalogue.levels[key] { keys[level] = key }
        }
        bounds = sums
        want(catalogue.changes)
    }

    private var moment: PushInstant { PushInstant(nanoseconds: Int64(shop.now * 1e9)) }

    private mutating func want(_ changes: [(LevelKey, Quantity)]) {
        for (key, quantity) in changes {
            wanted[key] = quantity
            outbox.want(key, quantity)
        }
        var totals: [SKU: Int64] = [:]
        for (key, quantity) in wanted { totals[key.sku, default: 0] += quantity.millionths }
        for (sku, total) in totals { bounds[sku] = max(bounds[sku] ?? 0, total) }
    }

    // MARK: The shell

    /// Pushes until nothing is left, the engine stops, or the time is over.
    mutating func run(seconds limit: Double = 100_000, rounds: Int = 200_000) {
        for _ in 0..<rounds {
            perform()
            if engine.wanted > 0 {
                let count = engine.wanted
                let wishes = outbox.claim(max: count, at: shop.now)
                engine.add(wishes, exhausted: wishes.count < count, now: moment)
            }
            for action in engine.next(now: moment) { start(action) }
            let status = engine.status(now: moment)
            if engine.receiptCount > 20 || Int.random(in: 0..<8, using: &random) == 0 { settle() }
            judge()
            switch status {
            case .unsettled: settle()
            case .idle:
                if !outbox.questions.isEmpty {
                    pushAgain()
                    continue
                }
                if !outbox.parked.isEmpty, retriesLeft > 0 {
                    retriesLeft -= 1
                    shop.advance(to: shop.now + 3_600)
                    outbox.retryParked()
                    begin()
                    continue
                }
                guard let next = script.first else { return }
                shop.advance(to: next.at)
                // A later trigger begins a new pass.
                engine.add([], exhausted: false, now: moment)
            case .stopped(let trouble):
                settle()
                stopped = trouble
                return
            case .working(let until):
                let target = min(seconds(until), script.first?.at ?? .infinity, limit)
                guard target < .infinity || shop.nextEventAt != nil else {
                    violations.append("nothing can happen any more at \(shop.now)")
                    return
                }
                shop.advance(to: target)
            }
            for event in shop.takeAnswers() { take(event) }
            if shop.now >= limit { return }
        }
        violations.append("does not end")
    }

    private func seconds(_ until: PushInstant?) -> Double {
        // One nanosecond more, so that rounding never stops just before the moment.
        until.map { max(shop.now, Double($0.nanoseconds + 2) / 1e9) } ?? .infinity
    }

    private mutating func perform() {
        while let first = script.first, first.at <= shop.now {
            script.removeFirst()
            switch first.step {
            case .want(let changes):
                want(changes)
                engine.add([], exhausted: false, now: moment)
            case .consumers(let count, let rate): shop.setConsumers(count, rate: rate)
            case .latency(let factor): shop.latencyFactor = factor
            case .crash: crash()
            case .recreate(let key): recreate(key)
            }
        }
    }

    private mutating func crash() {
        shop.dropAnswers()
        busyLevels.removeAll()
        begin()
    }

    /// A process that begins: it takes over what another has left.
    private mutating func begin() {
        requestsBefore += engine.progress.requests
        writesBefore += engine.progress.writes
        submitsBefore += engine.progress.submits
        seed += 1
        var options = options
        options.isQueueStalled = engine.isQueueStalled
        options.learnt = engine.learnt
        engine = PushEngine(options: options, seed: seed)
        outbox.takeOver(sent: sent, until: shop.now + options.settleSeconds)
        sent.removeAll()
        review()
        engine.recover(outbox.operations(at: shop.now), now: moment)
    }

    /// The push ends with values in question; another begins when they are over, or a minute later
    /// where an operation has to end first.
    private mutating func pushAgain() {
        for ended in engine.takeEndedOperations() {
            switch ended {
            case .final(let id): outbox.end(id, until: shop.now)
            case .vanished(let id): outbox.end(id, until: shop.now + options.settleSeconds)
            }
        }
        var next = outbox.nextQuestionEnd ?? shop.now + 60
        if let step = script.first { next = min(next, step.at) }
        shop.advance(to: max(shop.now, next))
        for event in shop.takeAnswers() { take(event) }
        begin()
    }

    private mutating func review() {
        guard !outbox.questions.isEmpty else { return }
        requestsBefore += 1
        let (levels, stock) = (outbox.levels, shop.stock)
        outbox.review(at: shop.now) { key in levels[key].flatMap { stock[$0] } }
    }

    private mutating func recreate(_ key: LevelKey) {
        judge()
        // Only one whose figure is not shown yet; finding the others is an audit's work.
        guard let old = outbox.levels[key], shop.stock[old] != nil, shop.pending[old] == nil,
            outbox.pending[key] != nil || outbox.claims[key] != nil, shown[key] != wanted[key]
        else { return }
        shop.remove(old)
        newIDs += 1
        let id = LevelID(String(newIDs))
        shop.insert(id, quantity: .zero)
        keys[old] = nil
        keys[id] = key
        sums[key.sku, default: 0] -= shown[key]?.millionths ?? 0
        shown[key] = .zero
    }

    private mutating func start(_ action: PushAction) {
        let levels = action.writes.map(\.level)
        for write in action.writes {
            if !busyLevels.insert(write.level).inserted {
                violations.append("two in flight for \(write.level)")
            }
            // What makes stock less does not wait for what may still come; it is looked after later.
            if let values = shop.pending[write.level], action.increases(write.level) {
                violations.append("\(write.level): \(values) may still come when \(write.quantity) is sent")
            }
        }
        switch action {
        case .write(let ticket, _), .submit(let ticket, _, _): ticketLevels[ticket] = levels
        case .poll(let ticket, let id, _): polledOperations[ticket] = id
        case .readBack, .probe: break
        }
        sent.formUnion(action.wishes.map(\.sequence))
        shop.start(action)
    }

    private mutating func take(_ event: PushEvent) {
        switch event {
        case .written(let ticket, _): free(ticketLevels.removeValue(forKey: ticket))
        case .submitted(let ticket, .accepted(let id)):
            let levels = ticketLevels.removeValue(forKey: ticket) ?? []
            operationLevels[id] = levels
            outbox.record(id, of: levels.compactMap { keys[$0].flatMap { outbox.claims[$0]?.wish } })
        case .submitted(let ticket, _): free(ticketLevels.removeValue(forKey: ticket))
        case .polled(let ticket, .finished):
            let id = polledOperations.removeValue(forKey: ticket)
            free(id.flatMap { operationLevels.removeValue(forKey: $0) })
        case .polled(let ticket, .gone):
            let id = polledOperations.removeValue(forKey: ticket)
            free(id.flatMap { operationLevels.removeValue(forKey: $0) })
        case .polled, .readBack, .probed, .storefrontLatency: break
        }
        engine.handle(event, now: moment)
    }

    private mutating func free(_ levels: [LevelID]?) {
        for level in levels ?? [] { busyLevels.remove(level) }
    }

    private mutating func settle() {
        let receipts = engine.takeReceipts()
        parked += engine.takeParkedIncreases()
        var applied = 0
        // What is in question may still be on its way, and less goes again at once.
        for receipt in receipts where receipt.question != nil {
            busyLevels.remove(receipt.wish.level)
            if case .operation(let id) = receipt.question { operationLevels[id] = nil }
        }
        for receipt in receipts {
            switch receipt.outcome {
            case .refused: refusals.insert(receipt.wish.key)
            case .applied: refusals.remove(receipt.wish.key)
            case .released, .levelGone: break
            }
        }
        for receipt in receipts where receipt.outcome == .applied {
            applied += 1
            waveEnds[receipt.wish.wave] = shop.now
        }
        if applied > 0 { acknowledged.append((shop.now, applied)) }
        let keys = keys
        outbox.settle(receipts) { key in
            keys.first { $0.value == key }?.key
        }
    }

    // MARK: The judge

    /// Looks at every effect since the last time: no stock's sum may exceed what it was or becomes (I6).
    private mutating func judge() {
        while ledgerRead < shop.ledger.count {
            let effect = shop.ledger[ledgerRead]
            ledgerRead += 1
            guard let key = keys[effect.level] else { continue }
            let change = effect.quantity.millionths - (shown[key]?.millionths ?? 0)
            shown[key] = effect.quantity
            let sum = (sums[key.sku] ?? 0) + change
            sums[key.sku] = sum
            if change > 0, sum > bounds[key.sku] ?? 0 {
                violations.append("\(key.sku) shows \(sum) of \(bounds[key.sku] ?? 0) at \(effect.at)")
            }
        }
    }

    /// Levels that do not show what is wanted, apart from those that the shop refuses.
    func unmet() -> [LevelKey] {
        wanted.keys.sorted().filter { key in
            guard let level = outbox.levels[key] else { return true }
            return shop.stock[level] != wanted[key]
        }
    }

    var requests: Int { requestsBefore + engine.progress.requests }
    var writes: Int { writesBefore + engine.progress.writes }
    var submits: Int { submitsBefore + engine.progress.submits }
}
