import Crypto
import InventoryCore

/// Makes the identities of the events of one request.
///
/// An item's own id names it; else the source and id of its CloudEvent; else the key of the request with the
/// item's number; else its content.
struct EventNaming {
    /// What the CloudEvent around an item says of it.
    struct Envelope {
        var source: String?
        var id: String?
        /// When it was, unless the item says so itself.
        var time: Timestamp?
        /// What the item has to be, by the event's type.
        var kind: Word?

        enum Word {
            case level, movement, hint, acknowledgement
        }
    }

    /// `Idempotency-Key` or `webhook-id`.
    let requestKey: String?
    let receivedAt: Timestamp

    /// Whether something else than the content names an item without an id.
    func names(_ envelope: Envelope?) -> Bool { envelope?.id != nil || requestKey != nil }

    /// Gives the identity of an event.
    ///
    /// A hint that says neither its id nor its time is a new one each time it comes: the same words tomorrow
    /// mean another change.
    ///
    /// - Parameters:
    ///   - event: with any identity.
    ///   - id: the item's own.
    ///   - envelope: the CloudEvent around it.
    ///   - index: the item's number in the body.
    ///   - part: which of several events with one id, envelope or item it is; 0 for a single one.
    /// - Returns: the same for the same event whenever it is sent.
    func identity(
        of event: StockEvent,
        id: String?,
        envelope: Envelope?,
        index: Int,
        part: Int = 0
    ) -> EventIdentity {
        var text: [UInt8] = []
        text.reserveCapacity(160)
        func add(_ word: String) {
            // The length before each part: no two lists of parts have the same bytes.
            add(Int64(word.utf8.count))
            text.append(contentsOf: word.utf8)
        }
        func add(_ number: Int64) { withUnsafeBytes(of: number.littleEndian) { text.append(contentsOf: $0) } }
        if let id {
            text.append(1)
            add(id)
        } else if let own = envelope?.id {
            text.append(2)
            add(envelope?.source ?? "")
            add(own)
        } else if let requestKey {
            text.append(3)
            add(requestKey)
            add(Int64(index))
        } else {
            text.append(4)
            switch event.statement {
            case .level(let net):
                text.append(0)
                add(net.millionths)
            case .movement(let change):
                text.append(1)
                add(change.millionths)
            case .hint: text.append(2)
            }
            for word in [event.sku?.text, event.location?.text, event.unit.text] {
                text.append(word == nil ? 0 : 1)
                add(word ?? "")
            }
            if let asOf = event.asOf { add(asOf.microseconds) } else { add(receivedAt.microseconds) }
            add(event.version ?? .min)
        }
        add(Int64(part))
        return EventIdentity(digest: Array(SHA256.hash(data: text)))
    }
}

extension EventIdentity {
    /// Stands where the right one is not known yet.
    static let pending = EventIdentity(digest: [])
}
