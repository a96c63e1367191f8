import HTTPTypes
import Hummingbird
import InventoryCore
import TidegatePipeline
import TidegateSettings

/// Somebody's look at a page of one shop.
struct Visit: Sendable {
    let call: Call
    let served: any ShopService
    let link: PageLink
    private let shops: [ShopID]

    var shop: Shop { served.shop }
    var now: Timestamp { call.now }
    /// Whether the visitor may decide, start and pause.
    var mayOperate: Bool { call.caller.scopes.contains(.operate) }
    /// A name to begin with, where the visitor has one.
    var name: String? { call.isSignedIn ? call.caller.id : nil }

    init(_ call: Call, _ desk: ServiceDesk) throws(Fault) {
        self.call = call
        served = try desk.shop(call)
        shops = desk.shops.keys.filter { call.caller.mayReach($0) }.sorted()
        link = PageLink(shop: desk.shops.count > 1 ? served.id : nil)
    }

    /// The frame of a page.
    ///
    /// `place` is its path in the navigation, and `refreshes` says whether a browser without script looks
    /// again by itself.
    func frame(_ title: String, place: String? = nil, refreshes: Bool = true) -> PageFrame {
        var frame = PageFrame(title: title)
        let places = Visit.places.filter { $0.0 != "orders" || shop.settings.orders != nil }
        frame.places = places.map { name, text in
            ShownLink(
                href: name.isEmpty ? link.to() : link.to(name),
                text: text,
                isCurrent: name == place
            )
        }
        if shops.count > 1 {
            frame.shops = shops.map { shop in
                ShownLink(
                    href: PageLink(shop: shop).to(),
                    text: shop.text,
                    isCurrent: shop == served.id
                )
            }
        }
        frame.shop = served.id.text
        frame.search = link.shop?.text
        frame.stream = "/v1/shops/\(PageLink.escaped(served.id.text))/stream"
        frame.refreshSeconds = refreshes ? PageFrame.refreshSecondsUsual : nil
        frame.signedIn = name
        frame.notice = call.query["done"].flatMap { Visit.notices[$0] }
        return frame
    }

    private static let places = [
        ("", "How things stand"), ("runs", "Runs"), ("exceptions", "Exceptions"), ("levels", "Push"),
        ("fences", "Fences"), ("orders", "Orders"), ("sources", "Sources"), ("audit", "Audit"),
        ("sku", "SKU"),
    ]

    /// What a page says once a form was taken; the address only names it.
    private static let notices = [
        "approved": "Approved: what was held is on its way to the shop.",
        "part-approved": "Approved in part: the rest is still held.",
        "rejected": "Rejected: the shop keeps showing what it shows.",
        "started": "Asked for: the run begins as soon as the shop is free.",
        "paused": "Paused, until somebody resumes it.",
        "resumed": "Resumed.",
        "assign": "Given away.",
        "snooze": "Put off: nobody is reminded before.",
        "resolve": "Ended. Where its cause is still there, it is opened again.",
        "retried": "It is tried again; what comes of it is seen here.",
        "audited": "The audit has ended.",
        "released": "Released: the order does not count any more.",
    ]
}

extension Call {
    /// Whether the caller has come by a token, and not because only this machine can.
    var isSignedIn: Bool {
        if case .tokens = door { true } else { false }
    }
}

/// Pages over a desk: each is a route that knows its shop.
struct PageDesk: Sendable {
    let desk: ServiceDesk
    private let shops: [ShopID]

    init(_ desk: ServiceDesk) {
        self.desk = desk
        shops = desk.shops.keys.sorted()
    }

    /// A page to look at.
    func page(
        _ pattern: String,
        query: Set<String> = [],
        _ answer: @escaping @Sendable (Visit) async throws -> Response
    ) -> Route {
        let (kept, stream) = (desk.kept, desk.stream)
        return route(.get, pattern, .read, query.union(["done"])) { visit in
            guard visit.call.headers[.live] != nil, let address = visit.call.request.head.path else {
                return try await answer(visit)
            }
            let serial = await stream.serial(of: visit.served.id)
            let key = KeptPages.Key(caller: visit.call.caller, address: address, serial: serial)
            return try await kept.page(key) { try await answer(visit) }
        }
    }

    /// A form that is sent.
    func form(
        _ pattern: String,
        query: Set<String> = [],
        _ answer: @escaping @Sendable (Visit) async throws -> Response
    ) -> Route {
        route(.post, pattern, .operate, query, answer)
    }

    private func route(
        _ method: HTTPRequest.Method,
        _ pattern: String,
        _ scope: AccessScope,
        _ query: Set<String>,
        _ answer: @escaping @Sendable (Visit) async throws -> Response
    ) -> Route {
        let desk = desk
        return Route(method, pattern, scope, query: query.union(["shop"]), pageShops: shops) { call in
            try await answer(try Visit(call, desk))
        }
    }
}
