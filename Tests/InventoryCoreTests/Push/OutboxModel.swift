@testable import InventoryCore

/// The durable side of a push, as the store keeps it: what is wanted, what is claimed, what is published.
struct OutboxModel {
    struct Entry: Hashable {
        let sequence: Int64
        let key: LevelKey
        let quantity: Quantity
        let priority: Int
    }

    struct Claim {
        let wish: Wish
        var operation: OperationID?
        let at: Double
    }

    /// A value that was sent and may still take effect.
    struct Question {
        let sent: SentValue
        /// Nothing as long as the operation carries it.
        var until: Double?
        var operation: OperationID?
        let asked: Int
    }

    private(set) var published: [LevelKey: Quantity]
    private(set) var questions: [LevelKey: [Question]] = [:]
    /// When each level was last confirmed, counted in settlements.
    private var confirmedAt: [LevelKey: Int] = [:]
    private var settlements = 0
    private(set) var levels: [LevelKey: LevelID]
    private(set) var pending: [LevelKey: Entry] = [:]
    private(set) var claims: [LevelKey: Claim] = [:]
    private(set) var refused: Set<LevelKey> = []
    /// Refused for a reason that may pass.
    private(set) var parked: [LevelKey: Wish] = [:]
    private(set) var appliedSequence: [LevelKey: Int64] = [:]
    private var suspicions: [LevelKey: Suspicion] = [:]
    private var sequence: Int64 = 0
    private var sorted: [(wave: Wave, entry: Entry)] = []
    private var isSorted = false
    private let stocks: [SKU: [LevelKey]]
    /// Whether increases of a stock with open decreases are kept from being claimed.
    var gates = true

    init(published: [LevelKey: Quantity], levels: [LevelKey: LevelID]) {
        self.published = published
        self.levels = levels
        stocks = Dictionary(grouping: published.keys.sorted(), by: \.sku)
    }

    var isEmpty: Bool { pending.isEmpty && claims.isEmpty }
    var waiting: Int { pending.count }

    /// Wants a figure: a newer wish replaces an unsent one, and a figure that the shop already shows needs
    /// none.
    mutating func want(_ key: LevelKey, _ quantity: Quantity, priority: Int = 0) {
        refused.remove(key)
        parked[key] = nil
        isSorted = false
        if claims[key] == nil, published[key] == quantity, !isDoubted(key, at: quantity) {
            pending[key] = nil
            return
        }
        sequence += 1
        pending[key] = Entry(sequence: sequence, key: key, quantity: quantity, priority: priority)
    }

    mutating func claim(max count: Int, at now: Double) -> [Wish] {
        if !isSorted { sort() }
        var wishes: [Wish] = []
        while wishes.count < count, let next = sorted.popLast() {
            guard pending[next.entry.key] == next.entry, let level = levels[next.entry.key] else { continue }
            pending[next.entry.key] = nil
            let wish = Wish(
                sequence: next.entry.sequence,
                key: next.entry.key,
                level: level,
                quantity: next.entry.quantity,
                wave: next.wave,
                priority: next.entry.priority,
                before: published[next.entry.key],
                suspicion: suspicions[next.entry.key] ?? .none
            )
            claims[next.entry.key] = Claim(wish: wish, at: now)
            wishes.append(wish)
        }
        return wishes
    }

    private mutating func sort() {
        sorted = pending.values.compactMap { entry in
            guard claims[entry.key] == nil else { return nil }
            let wave = wave(of: entry)
            if wave == .increase, questions[entry.key] != nil { return nil }
            if gates, wave == .increase, hasOpenDecrease(entry.key.sku) { return nil }
            return (wave, entry)
        }
        sorted.sort {
            if $0.wave != $1.wave { return $0.wave > $1.wave }
            if $0.entry.priority != $1.entry.priority { return $0.entry.priority > $1.entry.priority }
            return $0.entry.sequence > $1.entry.sequence
        }
        isSorted = true
    }

    /// A decrease that waits, is claimed, was refused, or can still become one when a claim has ended.
    private func hasOpenDecrease(_ sku: SKU) -> Bool {
        (stocks[sku] ?? []).contains { key in
            if let claim = claims[key], claim.wish.wave < .increase || pending[key] != nil { return true }
            if refused.contains(key) { return true }
            let wanted = pending[key]?.quantity ?? published[key] ?? .zero
            if questions[key]?.contains(where: { $0.sent.quantity > wanted }) == true { return true }
            guard let entry = pending[key] else { return false }
            return wave(of: entry) < .increase
        }
    }

    /// Less than what was sent without an answer is less than what the level may show.
    private func wave(of entry: Entry) -> Wave {
        let values = [published[entry.key]] + (questions[entry.key] ?? []).map(\.sent.quantity)
        return Wave(before: values.compactMap(\.self).max(), after: entry.quantity)
    }

    private func isDoubted(_ key: LevelKey, at quantity: Quantity) -> Bool {
        (questions[key] ?? []).contains { question in
            question.sent.quantity != quantity && (confirmedAt[key] ?? 0) <= question.asked
        }
    }

    mutating func record(_ operation: OperationID, of wishes: [Wish]) {
        for wish in wishes { claims[wish.key]?.operation = operation }
    }

    /// Writes receipts; `resolve` gives the level's new id where the old one is gone.
    mutating func settle(_ receipts: [Receipt], resolve: (LevelKey) -> LevelID?) {
        guard !receipts.isEmpty else { return }
        // Without gates a settled decrease changes nothing for others, and sorting again is what costs.
        if gates { isSorted = false }
        for receipt in receipts {
            let wish = receipt.wish
            guard claims[wish.key]?.wish == wish else { continue }
            claims[wish.key] = nil
            settlements += 1
            if let question = receipt.question { ask(wish, question) }
            if pending[wish.key] != nil { isSorted = false }
            suspicions[wish.key] = receipt.outcome == .applied ? nil : receipt.suspicion
            switch receipt.outcome {
            case .applied:
                published[wish.key] = wish.quantity
                confirmedAt[wish.key] = settlements
                appliedSequence[wish.key] = wish.sequence
                if pending[wish.key]?.quantity == wish.quantity { pending[wish.key] = nil }
            case .released: putBack(wish)
            case .refused(let reason, _):
                if wish.wave < .increase { refused.insert(wish.key) }
                if reason == .unexpected, pending[wish.key] == nil { parked[wish.key] = wish }
            case .levelGone:
                guard let level = resolve(wish.key) else { continue }
                levels[wish.key] = level
                published[wish.key] = .zero
                putBack(wish)
            }
        }
    }

    private mutating func putBack(_ wish: Wish) {
        isSorted = false
        guard pending[wish.key] == nil else { return }
        if published[wish.key] == wish.quantity, !isDoubted(wish.key, at: wish.quantity) { return }
        pending[wish.key] = Entry(
            sequence: wish.sequence,
            key: wish.key,
            quantity: wish.quantity,
            priority: wish.priority
        )
    }

    /// Tries once more what was refused.
    mutating func retryParked() {
        for (key, wish) in parked {
            refused.remove(key)
            putBack(wish)
        }
        parked.removeAll()
    }

    // MARK: What is in question

    private mutating func ask(_ wish: Wish, _ question: Receipt.Question) {
        isSorted = false
        let sent = SentValue(quantity: wish.quantity, before: published[wish.key])
        var open = Question(sent: sent, asked: settlements)
        switch question {
        case .until(let moment): open.until = Double(moment.nanoseconds) / 1e9
        case .operation(let id): open.operation = id
        }
        questions[wish.key, default: []].append(open)
    }

    /// Takes over the claims of a process that has died; what an operation carries stays claimed.
    mutating func takeOver(sent: Set<Int64>, until: Double) {
        for (key, claim) in claims where claim.operation == nil {
            claims[key] = nil
            settlements += 1
            if sent.contains(claim.wish.sequence) {
                ask(claim.wish, .until(PushInstant(nanoseconds: Int64(until * 1e9))))
            }
            putBack(claim.wish)
        }
        isSorted = false
    }

    func operations(at now: Double) -> [RecoveredOperation] {
        var wishes: [OperationID: [Wish]] = [:]
        for claim in claims.values { claim.operation.map { wishes[$0, default: []].append(claim.wish) } }
        for question in questions.values.joined() {
            if let id = question.operation, wishes[id] == nil { wishes[id] = [] }
        }
        return wishes.sorted { $0.key < $1.key }.map { id, wishes in
            let sorted = wishes.sorted { $0.sequence < $1.sequence }
            return RecoveredOperation(id: id, wishes: sorted, ageSeconds: 0)
        }
    }

    mutating func end(_ operation: OperationID, until: Double) {
        for key in questions.keys {
            for index in questions[key, default: []].indices
            where questions[key]?[index].operation == operation {
                questions[key]?[index].operation = nil
                questions[key]?[index].until = until
            }
        }
    }

    /// When the last question is over, where only time has to pass.
    var nextQuestionEnd: Double? {
        questions.values.compactMap { list in
            list.contains { $0.operation != nil } ? nil : list.compactMap(\.until).max()
        }.max()
    }

    /// Reads levels back: those whose questions are over, and the others for what has arrived.
    mutating func review(at now: Double, shows: (LevelKey) -> Quantity?) {
        for (key, list) in questions where claims[key] == nil {
            let isOver = list.allSatisfy { $0.operation == nil && ($0.until ?? 0) <= now }
            guard let shown = shows(key) else {
                if isOver { questions[key] = nil }
                continue
            }
            // A parked wish is one, too.
            let wanted = pending[key]?.quantity ?? parked[key]?.quantity ?? published[key]
            let confirmed = list.map(\.sent).confirmed(published: published[key], shows: shown)
            if isOver { questions[key] = nil }
            guard let confirmed, isOver || confirmed == list.last?.sent.quantity else { continue }
            settlements += 1
            published[key] = confirmed
            confirmedAt[key] = settlements
            if let wanted { want(key, wanted) }
        }
        isSorted = false
    }
}
