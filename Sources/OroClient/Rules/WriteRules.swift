import HTTPTransport
import InventoryCore

/// What the answer to one PATCH means for its level.
enum WriteRules {
    /// What to do next: the answer stands, or one more question decides.
    enum Decision: Hashable, Sendable {
        case answer(WriteAnswer)
        /// An unexplained 404: the level is gone if the collection is there, else the web API is off.
        case askForCollection
    }

    static func decide(_ exchange: Exchange, write: LevelWrite) -> Decision {
        switch exchange {
        case .trouble(let trouble): return .answer(.trouble(trouble))
        case .unsettled(let cause): return .answer(.record(.lost(cause)))
        case .reply(let reply): return decide(reply, write: write)
        }
    }

    private static func decide(_ reply: HTTPReply, write: LevelWrite) -> Decision {
        let effect = Verdict.effect(of: reply)
        switch Verdict(reply) {
        case .succeeded: return .answer(.record(applied(reply, write: write)))
        case .trouble(let trouble): return .answer(.trouble(trouble, effect))
        case .unauthorized:
            return .answer(.trouble(.credentials("a new token was refused as well (HTTP 401)"), effect))
        case .denied(let faults):
            let cause = faults.first?.summary ?? "HTTP 403"
            return .answer(.trouble(.notPermitted(cause, .editLevels), effect))
        case .missing(explained: true): return .answer(.record(gone))
        case .missing(explained: false): return .askForCollection
        case .methodNotAllowed:
            let cause = "it does not let levels be changed (HTTP 405)"
            return .answer(.trouble(.configuration(cause), effect))
        case .bodyTooLarge, .addressTooLong:
            let cause = "\(Verdict.shown(reply)) for a body of 100 bytes"
            return .answer(.trouble(.configuration(cause), effect))
        case .refused(let faults): return .answer(.record(FaultRules.answer(faults).judged(for: write)))
        // OroCommerce's own word that it failed is the end of the request; anybody else's is not.
        case .unsettled(let cause):
            return .answer(.record(reply.isErrorDocument ? .unknown(cause) : .lost(cause)))
        }
    }

    static let gone = RecordAnswer.refused(.levelGone, detail: "the shop has no level with this id")

    /// A 200 shows the level as it is read after the write, which can be another writer's value.
    private static func applied(_ reply: HTTPReply, write: LevelWrite) -> RecordAnswer {
        let document: LevelDocument
        do {
            document = try LevelDocument(reply.body)
        } catch {
            return .lost("the answer to the write is not whole")
        }
        guard document.levels.count == 1, let row = document.levels.first, row.id == write.level.text else {
            return .lost("the answer to the write shows another level")
        }
        return settled(row, write: write)
    }

    /// Applied; if the row shows something else than was sent, somebody has changed it since.
    static func settled(_ row: LevelDocument.LevelRow, write: LevelWrite) -> RecordAnswer {
        let product = row.product.map { ProductID($0) }
        if WrittenProduct(answered: product, known: write.product) == .another { return .misnamed }
        guard let text = row.quantity, let shown = ShopQuantity(text) else {
            return .unknown("the answer to the write shows no quantity")
        }
        guard shown.isExact, shown.quantity == write.quantity else {
            return .overtaken(shows: shown.quantity)
        }
        return .applied
    }
}

/// What errors say about one record.
enum FaultRules {
    /// The answer for a record that these faults name; a failure of the shop outweighs a refusal.
    static func answer(_ faults: [ShopFault]) -> RecordAnswer {
        if let failure = faults.first(where: { ($0.status ?? 0) >= 500 }) {
            return .unknown(failure.summary)
        }
        // The most telling first: a level that is gone explains all other errors.
        let order: [Receipt.Refusal] = [
            .levelGone, .notPermitted, .conflict, .decimalMark, .invalidValue, .unexpected,
        ]
        let refusals = faults.map { (refusal($0), $0) }
        for reason in order {
            if let match = refusals.first(where: { $0.0 == reason }) {
                return .refused(reason, detail: match.1.summary)
            }
        }
        return .refused(.unexpected, detail: "refused without explanation")
    }

    private static func refusal(_ fault: ShopFault) -> Receipt.Refusal {
        switch fault.status {
        case 404: .levelGone
        case 403: .notPermitted
        case 409: .conflict
        default:
            // The same title says that a number has too many digits, which none of ours has.
            LocaleRules.isAboutDecimals(fault)
                ? .decimalMark : fault.isAboutQuantity ? .invalidValue : .unexpected
        }
    }
}

extension RecordAnswer {
    /// The answer for a quantity: only a fraction can be refused for its decimal mark.
    func judged(for write: LevelWrite) -> RecordAnswer {
        guard case .refused(.decimalMark, let detail) = self else { return self }
        guard !write.quantity.isWhole else { return .refused(.invalidValue, detail: detail) }
        return .refused(.decimalMark, detail: "\(detail) (\(RecordAnswer.decimalComma))")
    }

    /// What to do about a fraction that is refused.
    private static let decimalComma =
        "the shop's localization writes a comma for the decimal mark and then refuses every fraction: give "
        + "the integration user, and the shop for batches, one with a decimal point"
}
