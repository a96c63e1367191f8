/// The id that OroCommerce gives an asynchronous batch operation.
package struct OperationID: ByteText {
    package let text: String

    package init(_ text: String) {
        self.text = text
    }
}

/// A write as the shop sees it: an absolute value for one level.
package struct LevelWrite: Hashable, Sendable {
    package let level: LevelID
    package let quantity: Quantity
    /// The product that the level is known to belong to; nothing where the shop has not named it.
    package let product: ProductID?

    package init(level: LevelID, quantity: Quantity, product: ProductID? = nil) {
        self.level = level
        self.quantity = quantity
        self.product = product
    }
}

/// What an answer proves of a write that was not confirmed.
package enum Effect: Hashable, Sendable {
    /// Nothing was written, and nothing will be.
    case none
    /// It may have been written, or may still be.
    case unknown
}

/// What became of one record.
package enum RecordAnswer: Hashable, Sendable {
    case applied
    /// Written, and the level showed another value right after: somebody else, such as a checkout, has
    /// changed it since.
    case overtaken(shows: Quantity)
    /// Written, and the answer names another product than the level is known to belong to.
    case misnamed
    case refused(Receipt.Refusal, detail: String)
    /// Certainly not written, because of another record: a synchronous batch is refused whole. Send it again.
    case notApplied
    /// The request has ended, and only the level itself tells whether it was written.
    case unknown(String)
    /// No answer that proves anything: it may still take effect.
    case lost(String)
}

/// The answer to one PATCH.
package enum WriteAnswer: Hashable, Sendable {
    case record(RecordAnswer)
    /// What looks like the shop's trouble; one answer never speaks for the shop.
    case trouble(ShopTrouble, Effect = .none)
}

/// The answer to a batch request.
package enum SubmitAnswer: Hashable, Sendable {
    /// 202: the operation owns its levels until it is final.
    case accepted(OperationID)
    /// Synchronous mode: one answer for each record, in the order sent.
    case records([RecordAnswer])
    /// The request may have been queued under an unknown operation.
    case unknown(String)
    /// Refused without naming a record: nothing was written, and dividing finds the record.
    case refused(String)
    /// The shop has no batch API for levels (405): send single writes.
    case unsupported
    /// The role may not send batches: single writes show what else it may not.
    case notPermitted(String)
    /// The body is too large for the shop's web server (413).
    case tooLarge(Effect = .none)
    case trouble(ShopTrouble, Effect = .none)
}

/// The state of an asynchronous operation.
package enum OperationAnswer: Hashable, Sendable {
    /// Queued or running; `progress` from 0 to 1 where the shop says.
    case pending(progress: Double?)
    /// Final, errors read: one answer for each record, in the order sent.
    case finished([RecordAnswer])
    /// The operation is not there any more: the outcome of all its records is unknown.
    case gone
    /// The question was not answered; ask again.
    case trouble(ShopTrouble)
}

/// What the shop shows now for levels asked by id.
package enum ReadBackAnswer: Hashable, Sendable {
    /// The quantity of each level found; ids that are missing no longer exist.
    case levels([LevelID: Quantity])
    case trouble(ShopTrouble)
}
