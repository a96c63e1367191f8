import HTTPTypes
import Hummingbird
import InventoryCore

/// Letting people in with a token, where the door asks for one.
struct SignInRoutes: Sendable {
    private static let bodyKeys: Set<String> = ["token", "to"]

    struct View: Sendable {
        let to: String
        let message: String?
    }

    var routes: [Route] {
        [
            Route(.get, "/sign-in", nil, query: ["to"]) { call in
                guard case .tokens = call.door else { return PageFrame.redirect(to: "/") }
                return page(to: call.query["to"])
            },
            Route(.post, "/sign-in", nil, answer: signIn),
            Route(.post, "/sign-out", nil) { call in
                try Door.requireSameSite(call.request.head)
                var headers = HTTPFields()
                if case .tokens(let book) = call.door {
                    if let session = Sessions.name(in: call.request.head) { book.sessions.end(session) }
                    headers[.setCookie] = book.sessions.cookie(nil, for: call.request.head)
                }
                return PageFrame.redirect(to: "/sign-in", headers: headers)
            },
        ]
    }

    private func page(
        to: String?,
        message: String? = nil,
        status: HTTPResponse.Status = .ok
    ) -> Response {
        PageFrame(title: "Sign in").page(
            View(to: SignInRoutes.own(to), message: message),
            by: "sign_in",
            status: status
        )
    }

    private func signIn(_ call: Call) async throws -> Response {
        try Door.requireSameSite(call.request.head)
        guard case .tokens(let book) = call.door else { return PageFrame.redirect(to: "/") }
        let fields = try await call.form(SignInRoutes.bodyKeys)
        let to = SignInRoutes.own(try fields.text("to"))
        do throws(Fault) {
            let token = try fields.text("token") ?? ""
            let session = try book.signIn(with: token.filter { !$0.isWhitespace }, at: call.now)
            return PageFrame.redirect(
                to: to,
                headers: [.setCookie: book.sessions.cookie(session, for: call.request.head)]
            )
        } catch {
            return page(to: to, message: error.message, status: .unauthorized)
        }
    }

    /// Where to go afterwards: a path of this service, never an address of another.
    private static func own(_ to: String?) -> String {
        guard let to, to.utf8.count <= Address.bytesMax, to.hasPrefix("/"), !to.hasPrefix("//"),
            to.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "\\") })
        else { return "/" }
        return to
    }
}
