/// A checkout whose order is there already and whose decrement is still to come.
struct AwaitedCheckout: Sendable {
    enum Due: Sendable, Equatable {
        /// As soon as the order can be seen.
        case committed
        case command
        case atSeconds(Int64)
        /// After so many more requests.
        case requests(Int)
    }

    let warehouse: String?
    var due: Due
    /// What the checkout has read of the levels; nil until it does.
    var takes: [Take]?

    /// What a checkout takes off one level, and what it found there.
    struct Take: Sendable {
        let level: Int
        let read: StockQuantity
        var ordered: StockQuantity
    }

    init?(_ taking: StockTaking, warehouse: String?, nowSeconds: Int64) {
        switch taking {
        case .now: due = .committed
        case .later: due = .command
        case .afterSeconds(let seconds): due = .atSeconds(nowSeconds + seconds)
        case .afterRequests(let count): due = .requests(count)
        case .never: return nil
        }
        self.warehouse = warehouse
    }
}

extension ShopState {
    /// The first half of an order's checkout: it reads its levels; false when no decrement is awaited.
    mutating func beginCheckout(ofOrder id: Int) -> Bool {
        guard var checkout = checkouts[id], checkout.takes == nil else { return false }
        checkout.takes = takes(ofOrder: id, warehouse: checkout.warehouse)
        checkouts[id] = checkout
        return true
    }

    /// The second half: writes what was read less what was ordered; false when nothing was read yet.
    mutating func flushCheckout(ofOrder id: Int) -> Bool {
        guard let takes = checkouts[id]?.takes else { return false }
        checkouts[id] = nil
        for take in takes {
            _ = finishCheckout(level: take.level, read: take.read, ordered: take.ordered)
        }
        return true
    }

    /// What is left of an order's checkout, in one step.
    mutating func finishCheckout(ofOrder id: Int) -> Bool {
        _ = beginCheckout(ofOrder: id)
        return flushCheckout(ofOrder: id)
    }

    /// Does the decrements that are due; each request is one step for those that wait for requests.
    mutating func settleCheckouts(nowSeconds: Int64, isRequest: Bool) {
        guard !checkouts.isEmpty else { return }
        for (id, checkout) in checkouts.sorted(by: { $0.key < $1.key }) where orders.order(id) != nil {
            switch checkout.due {
            case .command: continue
            case .committed: _ = finishCheckout(ofOrder: id)
            case .atSeconds(let seconds):
                if seconds <= nowSeconds { _ = finishCheckout(ofOrder: id) }
            case .requests(let left):
                if left <= 0 {
                    _ = finishCheckout(ofOrder: id)
                } else if isRequest {
                    checkouts[id]?.due = .requests(left - 1)
                }
            }
        }
    }

    /// What an order takes off which level.
    ///
    /// Only its own lines count: neither what kits consist of, nor what sub-orders repeat. A line that there
    /// is not enough for is passed over, and the order stays.
    private func takes(ofOrder id: Int, warehouse: String?) -> [AwaitedCheckout.Take] {
        var takes: [AwaitedCheckout.Take] = []
        for number in orders.stored(order: id)?.lines ?? [] {
            guard let line = orders.stored(line: number), let product = line.product,
                let level = levelId(product: product, unit: line.unit, warehouse: warehouse),
                let ordered = StockQuantity(line.quantity)
            else { continue }
            let read = levels.quantity(level)
            guard let index = takes.firstIndex(where: { $0.level == level }) else {
                if read >= ordered {
                    takes.append(AwaitedCheckout.Take(level: level, read: read, ordered: ordered))
                }
                continue
            }
            let both = StockQuantity(scaled: takes[index].ordered.scaled + ordered.scaled)
            if read >= both { takes[index].ordered = both }
        }
        return takes
    }
}
