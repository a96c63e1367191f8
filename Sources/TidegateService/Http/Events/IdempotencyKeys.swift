import InventoryCore
import Synchronization

/// Requests that their senders have named, so that one sent twice is answered as the first was.
final class IdempotencyKeys: Sendable {
    /// Whose key it is, and the key.
    struct Name: Hashable {
        let caller: String
        let shop: ShopID
        let source: SourceID
        let key: String
        /// The same key may name a request to each address.
        var address = Address.events

        enum Address {
            case events, orders
        }
    }

    private enum Entry {
        case running(digest: [UInt8])
        case finished(digest: [UInt8], answer: EventAnswer, at: ContinuousClock.Instant)
    }

    private struct Entries {
        var byName: [Name: Entry] = [:]
        /// In the order of their ends.
        var finished: [Name] = []
    }

    enum Beginning: Hashable {
        case new
        /// It was answered so.
        case known(EventAnswer)
    }

    private let answersMax: Int
    private let entries = Mutex(Entries())

    static let keyBytesMax = 255
    private static let keptSeconds = 86400.0

    init(answersMax: Int = 10_000) {
        self.answersMax = answersMax
    }

    /// Begins a request, or gives the answer that it had.
    ///
    /// - Throws: `key_in_use` where it is still going on, `key_reused` where its body was another.
    func begin(
        _ name: Name,
        digest: [UInt8],
        at now: ContinuousClock.Instant = .now
    ) throws(Fault) -> Beginning {
        try entries.withLock { entries throws(Fault) in
            switch entries.byName[name] {
            case .running(let other):
                guard other == digest else { throw IdempotencyKeys.reused }
                throw Fault(
                    .busy,
                    code: "key_in_use",
                    message: "The request with this key is still going on.",
                    hint: "Send it again in a moment."
                )
            case .finished(let other, let answer, let at):
                if at.duration(to: now) < .seconds(IdempotencyKeys.keptSeconds) {
                    guard other == digest else { throw IdempotencyKeys.reused }
                    return .known(answer)
                }
            case nil: break
            }
            entries.byName[name] = .running(digest: digest)
            return .new
        }
    }

    private static let reused = Fault(
        .badInput,
        code: "key_reused",
        message: "The key has come with another body.",
        hint: "Give each request a key of its own."
    )

    /// Ends a request; without an answer it may be sent again.
    func end(_ name: Name, digest: [UInt8], with answer: EventAnswer?, at now: ContinuousClock.Instant = .now)
    {
        entries.withLock { entries in
            guard let answer else {
                entries.byName[name] = nil
                return
            }
            entries.byName[name] = .finished(digest: digest, answer: answer, at: now)
            entries.finished.append(name)
            guard entries.finished.count > answersMax else { return }
            // In steps, so that the array is not moved for each.
            let gone = max(1, answersMax / 10)
            for name in entries.finished.prefix(gone) {
                if case .finished = entries.byName[name] { entries.byName[name] = nil }
            }
            entries.finished.removeFirst(gone)
        }
    }
}
