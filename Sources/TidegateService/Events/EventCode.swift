package import InventoryCore

/// Why a body, or an item of one, was not taken; all are on the page of errors under "Stock events".
package enum EventCode {
    // The body as a whole.
    package static let badBody = Fault.Code("bad_body")
    package static let bodyTooLarge = Fault.Code("body_too_large")
    package static let tooManyItems = Fault.Code("too_many_items")
    package static let mediaType = Fault.Code("unsupported_media_type")
    package static let version = Fault.Code("unsupported_version")
    // The sender.
    package static let missingSignature = Fault.Code("missing_signature")
    package static let badSignature = Fault.Code("bad_signature")
    package static let staleSignature = Fault.Code("stale_signature")
    package static let clientState = Fault.Code("bad_client_state")
    package static let badSecrets = Fault.Code("bad_secrets")
    // One item.
    package static let badItem = Fault.Code("bad_item")
    package static let unknownMember = Fault.Code("unknown_member")
    package static let repeatedMember = Fault.Code("repeated_member")
    package static let missingMember = Fault.Code("missing_member")
    package static let wrongMember = Fault.Code("wrong_member")
    package static let conflictingMembers = Fault.Code("conflicting_members")
    package static let badText = Fault.Code("bad_text")
    package static let badAmount = Fault.Code("bad_amount")
    package static let badInstant = Fault.Code("bad_instant")
    package static let instantInFuture = Fault.Code("instant_in_future")
    package static let incompleteLevel = Fault.Code("incomplete_level")
    package static let missingIdentity = Fault.Code("missing_identity")
    package static let unknownType = Fault.Code("unknown_type")
    package static let unmapped = Fault.Code("unmapped_value")
    // Web orders.
    package static let ordersNotRead = Fault.Code("orders_not_read")
    package static let unprovenIDs = Fault.Code("proof_not_taken")
}

extension Fault {
    /// A body that cannot be used as a whole.
    static func body(_ code: Fault.Code, _ message: String, hint: String, line: Int? = nil) -> Fault {
        Fault(.badInput, code: code, message: message, hint: hint, line: line)
    }
}

/// What is wrong with one item, before it has its number.
struct ItemFault: Error {
    let code: Fault.Code
    let detail: String

    init(_ code: Fault.Code, _ detail: String) {
        self.code = code
        self.detail = detail
    }

    func rejection(_ index: Int) -> EventRejection {
        EventRejection(index: index, code: code, detail: detail)
    }
}

extension String {
    /// A sender's text as a message may show it: cut, on one line, in quotation marks.
    var shown: String {
        let cut = prefix(60)
        return "\"\(String(cut).visible)\(cut.endIndex == endIndex ? "" : "…")\""
    }
}
