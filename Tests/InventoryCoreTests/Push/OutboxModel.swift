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

    private(set) var published: [LevelKey: Quantity]
    private(set) var levels: [LevelKey: LevelID]
    private(set) var pending: [LevelKey: Entry] = [:]
    private(set) var claims: [LevelKey: Claim] = [:]
    private(set) var refused: Set<LevelKey> = []
    private(set) var appliedSequence: [LevelKey: Int64] = [:]
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
        isSorted = false
        if claims[key] == nil, published[key] == quantity {
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
                priority: next.entry.priority
            )
            claims[next.entry.key] = Claim(wish: wish, at: now)
            wishes.append(wish)
        }
        return wishes
    }

    private mutating func sort() {
        sorted = pending.values.compactMap { entry in
            guard claims[entry.key] == nil else { return nil }
            let wave = Wave(before: published[entry.key], after: entry.quantity)
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
            guard let entry = pending[key] else { return false }
            return Wave(before: published[key], after: entry.quantity) < .increase
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
            if pending[wish.key] != nil { isSorted = false }
            switch receipt.outcome {
            case .applied:
                published[wish.key] = wish.quantity
                appliedSequence[wish.key] = wish.sequence
                if pending[wish.key]?.quantity == wish.quantity { pending[wish.key] = nil }
            case .released: putBack(wish)
            case .refused:
                if wish.wave < .increase { refused.insert(wish.key) }
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
        if published[wish.key] == wish.quantity { return }
        pending[wish.key] = Entry(
            sequence: wish.sequence,
            key: wish.key,
            quantity: wish.quantity,
            priority: wish.priority
        )
    }

    func recovered(at now: Double) -> [RecoveredClaim] {
        claims.values.sorted { $0.wish.sequence < $1.wish.sequence }.map {
            RecoveredClaim(wish: $0.wish, operation: $0.operation, ageSeconds: now - $0.at)
        }
    }
}
