import HTTPTransport
import InventoryCore

/// What a request came to.
enum Exchange: Sendable {
    case reply(HTTPReply)
    /// Nothing was done: no token, no connection, or a second 401.
    case trouble(ShopTrouble)
    /// It was sent, and no whole answer came.
    case unsettled(String)
}

extension HTTPReply {
    static let jsonAPI = "application/vnd.api+json"

    var isJSONAPI: Bool { mediaType == HTTPReply.jsonAPI }

    /// Whether OroCommerce itself says what is wrong.
    var isErrorDocument: Bool { isJSONAPI && !ErrorDocument(body).faults.isEmpty }
}

extension TransportFailure {
    /// The trouble that it means where nothing was sent, or where asking again is harmless.
    var trouble: ShopTrouble {
        switch reach {
        case .misconfigured: .configuration(cause)
        case .untrusted: .encryption(cause)
        case .notSent, .perhapsSent: .outage(cause)
        }
    }

    /// What it means for a request that changes something.
    var exchange: Exchange {
        switch reach {
        case .perhapsSent: .unsettled(cause)
        case .notSent, .misconfigured, .untrusted: .trouble(trouble)
        }
    }
}
