/// Names one started action, so that its answer finds it.
package struct PushTicket: Hashable, Sendable {
    package let number: Int

    package init(number: Int) {
        self.number = number
    }
}

/// Something the shell starts now; it answers each with the `PushEvent` of the same ticket.
package enum PushAction: Hashable, Sendable {
    /// One PATCH. Answer: `written`.
    case write(PushTicket, Wish)
    /// One batch; after 202 the shell records the operation durably, then answers `submitted`.
    case submit(PushTicket, [Wish], synchronous: Bool)
    /// Ask for an operation once; when it is final, its errors too. Answer: `polled`.
    case poll(PushTicket, OperationID, [Wish])
    /// Read the quantities of these levels. Answer: `readBack`.
    case readBack(PushTicket, [LevelID])
    /// A write that can have no effect, which shows whether the shop takes writes. Answer: `probed`.
    case probe(PushTicket)
}

/// The answer to an action, or a measurement of the shop.
package enum PushEvent: Hashable, Sendable {
    case written(PushTicket, WriteAnswer)
    case submitted(PushTicket, SubmitAnswer)
    case polled(PushTicket, OperationAnswer)
    case readBack(PushTicket, ReadBackAnswer)
    /// Nothing means that the shop takes writes.
    case probed(PushTicket, ShopTrouble?)
    /// The storefront's 95th percentile over the last probes.
    case storefrontLatency(p95Milliseconds: Double)
}

/// What the shell does next.
package enum PushStatus: Hashable, Sendable {
    /// Wait for the next answer, at most until this moment; then feed it if it wants wishes, and call `next`.
    case working(until: PushInstant?)
    /// No request is under way and receipts wait: write them down, feed what they free, and ask again.
    case unsettled
    /// Nothing is left.
    case idle
    /// The shop needs a person, or patience has run out: write the last receipts down; the outbox is kept.
    case stopped(ShopTrouble)
}

/// An operation that an earlier process left behind.
package struct RecoveredOperation: Hashable, Sendable {
    package let id: OperationID
    /// The claims that it carries; none where only its end is of interest.
    package let wishes: [Wish]
    /// Seconds since the latest moment at which it can have been sent.
    package let ageSeconds: Double

    package init(id: OperationID, wishes: [Wish], ageSeconds: Double) {
        self.id = id
        self.wishes = wishes
        self.ageSeconds = ageSeconds
    }
}

/// An operation of an earlier process, or one that was left as stalled, that is not waited for any more.
package enum EndedOperation: Hashable, Sendable {
    /// Nothing of it can come any more.
    case final(OperationID)
    /// The shop does not know it, or does not say: something may still come for a while.
    case vanished(OperationID)
}

/// An increase that is kept back because a decrease of its SKU was refused (ring-fencing, I6).
package struct ParkedIncrease: Hashable, Sendable {
    package let wish: Wish
    package let behind: LevelKey
}

extension Wish {
    /// What the shop is asked to set.
    package var write: LevelWrite { LevelWrite(level: level, quantity: quantity, product: product) }
}
