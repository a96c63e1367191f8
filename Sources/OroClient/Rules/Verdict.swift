import HTTPTransport
import InventoryCore

/// What an answer says, before the kind of request is considered.
///
/// Decided by status, media type and an error's title; never by `detail`, which is translated (API contract,
/// sections 2 to 4 and 11).
enum Verdict: Hashable, Sendable {
    case succeeded
    /// The shop as a whole, or the way to it.
    case trouble(ShopTrouble)
    case unauthorized
    case denied([ShopFault])
    /// 404 of JSON:API. A resource that is gone explains itself; with the web API off nothing is explained,
    /// and only asking for something that must exist tells the two apart for certain.
    case missing(explained: Bool)
    case methodNotAllowed
    case bodyTooLarge
    case addressTooLong
    /// Refused for what it says: nothing was changed.
    case refused([ShopFault])
    /// The shop failed while it worked on the request: a write may have been done.
    case unsettled(String)

    init(_ reply: HTTPReply) {
        switch reply.status {
        case 200..<300:
            self =
                reply.isJSONAPI || reply.status == 204
                ? .succeeded
                : .trouble(
                    Verdict.misled(
                        reply,
                        "\(Verdict.shown(reply)) where JSON:API was asked for",
                        .backendPrefix
                    )
                )
        case 300..<400: self = .trouble(Verdict.redirect(to: reply.location, for: reply))
        case 401: self = .unauthorized
        case 403:
            self = reply.isErrorDocument ? .denied(ErrorDocument(reply.body).faults) : Verdict.foreign(reply)
        case 404: self = Verdict.notFound(reply)
        case 405: self = .methodNotAllowed
        case 408, 425: self = .trouble(.outage(Verdict.shown(reply)))
        case 413: self = .bodyTooLarge
        case 414: self = .addressTooLong
        case 415:
            // Maintenance answers in HTML; JSON means that our own media type arrived changed.
            self =
                reply.isHTML
                ? .trouble(.maintenance)
                : .trouble(.configuration("the content type arrives changed (HTTP 415)"))
        case 429, 503: self = .trouble(.busy(retryAfterSeconds: RetryAfter.seconds(reply)))
        case 400..<500:
            let faults = ErrorDocument(reply.body).faults
            self = faults.isEmpty ? Verdict.foreign(reply) : .refused(faults)
        case 500...: self = .unsettled(Verdict.shown(reply))
        default: self = .unsettled(Verdict.shown(reply))
        }
    }

    /// A database that is down makes OroCommerce redirect to its installation page.
    static func redirect(to location: String?, for reply: HTTPReply) -> ShopTrouble {
        guard let location, !location.isEmpty else { return misled(reply, "a redirect to nowhere") }
        let path = location.prefix { $0 != "?" && $0 != "#" }
        if path.hasSuffix("/notinstalled.html") {
            return .outage("its database is down (redirect to /notinstalled.html)")
        }
        return misled(reply, "it redirects to \(Text.bounded(String(path), to: 200))")
    }

    /// The trouble that an answer which is not the API's stands for, and the setting to look at: once the API
    /// has answered it is what lies between, else the one that usually is wrong.
    static func misled(
        _ reply: HTTPReply,
        _ message: String,
        _ usual: ShopSetting? = nil
    ) -> ShopTrouble {
        .configuration(message, reply.followsAnswers ? .between : usual)
    }

    private static func notFound(_ reply: HTTPReply) -> Verdict {
        guard reply.isJSONAPI else {
            return .trouble(misled(reply, "its API is not where it is looked for (HTTP 404)", .backendPrefix))
        }
        let faults = ErrorDocument(reply.body).faults
        if faults.contains(where: { $0.title == "entity type constraint" }) {
            return .trouble(.configuration("its API does not know the resource", .backendPrefix))
        }
        return .missing(explained: faults.contains { !($0.detail ?? "").isEmpty })
    }

    /// An answer in the client-error range that OroCommerce's API did not write.
    private static func foreign(_ reply: HTTPReply) -> Verdict {
        .trouble(misled(reply, "\(shown(reply)) from something before OroCommerce"))
    }

    static func shown(_ reply: HTTPReply) -> String {
        let type = Text.bounded(reply.mediaType, to: 60)
        return "HTTP \(reply.status)\(type.isEmpty ? "" : " (\(type))")"
    }

    /// Whether an answer proves that nothing was written.
    ///
    /// Only OroCommerce's own refusal does, a JSON:API error document, or a 401; a method that a resource
    /// does not have is refused with an empty document (transcript `634-batch-on-resource-without-batch`).
    /// Whatever else comes can be from a proxy that has passed the request on.
    static func effect(of reply: HTTPReply) -> Effect {
        if reply.status == 401 || reply.status == 405 && reply.isJSONAPI { return .none }
        guard (400..<500).contains(reply.status) || reply.status == 503, reply.isErrorDocument else {
            return .unknown
        }
        return .none
    }
}
