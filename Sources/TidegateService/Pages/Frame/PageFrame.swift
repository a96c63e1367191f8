import Crypto
import HTTPTypes
import Hummingbird
import InventoryCore
import NIOCore

/// What stands around every page.
struct PageFrame: Sendable {
    let title: String
    /// Of the navigation, in its order.
    var places: [ShownLink] = []
    var shops: [ShownLink] = []
    var shop: String?
    /// Where the events of what changes come from; nothing on pages that do not live.
    var stream: String?
    /// After how many seconds a page without script is asked for again; none where something is typed.
    var refreshSeconds: Int?
    var search: String?
    /// The token by which somebody has signed in.
    var signedIn: String?
    /// What was done just now.
    var notice: String?
    let stylesheet = PageAsset.stylesheet.address
    let script = PageAsset.script.address
    let icon = PageAsset.icon.address
    fileprivate(set) var content = ""

    init(title: String) {
        self.title = title
    }

    /// Without a script that is how often a page looks again.
    static let refreshSecondsUsual = 30

    /// The page with a view in it.
    func page(_ view: some Any, by template: String, status: HTTPResponse.Status = .ok) -> Response {
        var frame = self
        frame.content = PageTemplates.all.write(view, by: template)
        let html = PageTemplates.all.write(frame, by: "frame")
        return Response(
            status: status,
            headers: PageFrame.headers(type: "text/html; charset=utf-8", cache: "no-store"),
            body: ResponseBody(byteBuffer: ByteBuffer(string: html))
        )
    }

    /// What the browser is told of everything that belongs to the pages.
    ///
    /// With `no-referrer` it would hide the origin of forms, by which the service knows its own.
    static func headers(type: String, cache: String) -> HTTPFields {
        [
            .contentType: type,
            .cacheControl: cache,
            .xContentTypeOptions: "nosniff",
            .contentSecurityPolicy: policy,
            .own("Referrer-Policy"): "same-origin",
            .own("Cross-Origin-Opener-Policy"): "same-origin",
            .own("X-Frame-Options"): "DENY",
        ]
    }

    private static let policy = [
        "default-src 'none'", "style-src 'self'", "script-src 'self'", "connect-src 'self'",
        "img-src 'self'", "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'",
    ].joined(separator: "; ")

    /// Leads on to another page once a form was taken.
    static func redirect(to address: String, headers: HTTPFields = [:]) -> Response {
        var all = headers
        all[.location] = address
        all[.cacheControl] = "no-store"
        all[.xContentTypeOptions] = "nosniff"
        return Response(status: .seeOther, headers: all)
    }
}

/// A file that pages refer to; its address names its content, so that it can be kept for ever.
struct PageAsset: Sendable {
    let name: String
    let type: String
    let bytes: [UInt8]
    private let version: String

    static let stylesheet = PageAsset("style.css", "text/css; charset=utf-8", PackageResources.style_css)
    static let script = PageAsset("script.js", "text/javascript; charset=utf-8", PackageResources.script_js)
    static let icon = PageAsset("icon.svg", "image/svg+xml", PackageResources.icon_svg)
    static let all = [stylesheet, script, icon]

    private init(_ name: String, _ type: String, _ bytes: [UInt8]) {
        (self.name, self.type, self.bytes) = (name, type, bytes)
        version = String(Array(SHA256.hash(data: bytes)).hexadecimal.prefix(12))
    }

    var address: String { "/assets/\(name)?v=\(version)" }

    var route: Route {
        Route(.get, "/assets/\(name)", nil, query: ["v"]) { _ in
            Response(
                status: .ok,
                headers: PageFrame.headers(type: type, cache: "public, max-age=31536000, immutable"),
                body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes))
            )
        }
    }
}
