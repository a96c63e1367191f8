import Foundation
import HTTPTypes
import InventoryCore
import Testing

@testable import TidegateService

@Suite("Signing in", .serialized)
struct SignInTests {
    private static func token(_ id: String, _ scopes: Set<AccessScope>, expires: Timestamp? = nil)
        -> (text: String, token: AccessToken)
    {
        let text = AccessToken.text(id: id, secret: Array(id.utf8))
        let digest = AccessToken.digest(of: text)
        return (text, AccessToken(id: id, digest: digest, scopes: scopes, expires: expires))
    }

    /// The cookie that an answer sets, as a browser sends it back.
    private static func cookie(_ reply: PageReply) -> String {
        String((reply.headers["set-cookie"] ?? "").prefix { $0 != ";" })
    }

    @Test("whoever is not signed in is led there and back, with a cookie that scripts cannot read")
    func signIn() async throws {
        let reader = Self.token("reader", [.read])
        try await HTTPStage.run(tokens: [reader.token]) { stage in
            let away = try await stage.visit("/runs?state=held")
            #expect(away.status == 303)
            #expect(away.headers["location"] == "/sign-in?to=%2Fruns%3Fstate%3Dheld")
            let page = try await stage.visit("/sign-in?to=%2Fruns%3Fstate%3Dheld")
            #expect(page.html.contains("value=\"/runs?state=held\""))
            let wrong = try await stage.visit("/sign-in", form: ["token": "tg_reader_00", "to": "/runs"])
            #expect(wrong.status == 401 && wrong.html.contains("There is no such token."))
            #expect(wrong.headers["set-cookie"] == nil)
            let done = try await stage.visit(
                "/sign-in",
                form: ["token": " \(reader.text)\n", "to": "/runs?state=held"]
            )
            #expect(done.status == 303 && done.headers["location"] == "/runs?state=held")
            let cookie = done.headers["set-cookie"] ?? ""
            #expect(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"))
            #expect(!cookie.contains("Secure") && !cookie.contains(reader.text))
            let headers = ["Cookie": "other=1; \(Self.cookie(done))"]
            let runs = try await stage.visit("/runs", headers: headers)
            #expect(runs.status == 200 && runs.html.contains("reader"))
            // What the page reads by itself.
            #expect(try await stage.get("/v1/shops/main", headers: headers).status == 200)
            let out = try await stage.visit("/sign-out", form: [:], headers: headers)
            #expect(out.status == 303 && out.headers["set-cookie"]?.contains("Max-Age=0") == true)
            #expect(try await stage.visit("/runs", headers: headers).status == 303)
        }
    }

    @Test("the cookie is for this host by TLS where the browser came so")
    func secure() async throws {
        let reader = Self.token("reader", [.read])
        try await HTTPStage.run(tokens: [reader.token]) { stage in
            let done = try await stage.visit(
                "/sign-in",
                form: ["token": reader.text],
                headers: ["X-Forwarded-Proto": "https"]
            )
            let cookie = done.headers["set-cookie"] ?? ""
            #expect(cookie.hasPrefix("__Host-tidegate=") && cookie.contains("; Secure"))
            #expect(try await stage.visit("/", headers: ["Cookie": Self.cookie(done)]).status == 200)
        }
    }

    @Test(
        "nobody is led to another site",
        arguments: [
            "//evil.example", "https://evil.example", "/\\evil.example", "runs", "/a\r\nSet-Cookie: x=1",
        ]
    )
    func openRedirect(to: String) async throws {
        let reader = Self.token("reader", [.read])
        try await HTTPStage.run(tokens: [reader.token]) { stage in
            let done = try await stage.visit("/sign-in", form: ["token": reader.text, "to": to])
            #expect(done.status == 303 && done.headers["location"] == "/")
        }
    }

    @Test("who may only read sees no form and sends none, and a cookie alone sends nothing")
    func scopes() async throws {
        let reader = Self.token("reader", [.read])
        let operates = Self.token("ann", [.read, .operate])
        let events = Self.token("erp", [.events])
        try await HTTPStage.run(tokens: [reader.token, operates.token, events.token]) { stage in
            func signIn(_ text: String) async throws -> [String: String] {
                ["Cookie": Self.cookie(try await stage.visit("/sign-in", form: ["token": text]))]
            }
            try await stage.sync(["NONE": 1])
            let (looks, acts) = (try await signIn(reader.text), try await signIn(operates.text))
            #expect(!(try await stage.visit("/levels", headers: looks)).html.contains("/push/pause"))
            #expect((try await stage.visit("/levels", headers: acts)).html.contains("/push/pause"))
            let one = "/exceptions/1"
            #expect(!(try await stage.visit(one, headers: looks)).html.contains("\(one)/assign"))
            #expect((try await stage.visit(one, headers: acts)).html.contains("\(one)/assign"))
            let given = ["who": "Ann", "assignee": "Bob"]
            #expect(try await stage.visit("\(one)/assign", form: given, headers: looks).status == 403)
            let form = ["who": "Ann", "reason": "x"]
            let refused = try await stage.visit("/push/pause", form: form, headers: looks)
            #expect(refused.status == 403 && refused.html.contains("forbidden"))
            #expect(try await stage.visit("/", headers: try await signIn(events.text)).status == 403)
            #expect(stage.shop.calls.isEmpty)
            #expect(try await stage.visit("/push/pause", form: form, headers: acts).status == 303)
            // A browser says where a form comes from; a program with a token sends the token.
            let bare = try await stage.post("/v1/shops/main/push/resume", "", headers: acts)
            #expect(bare.status == 403 && bare["code"] == "cross_site_refused")
            let bearer = ["Authorization": "Bearer \(operates.text)"]
            #expect(try await stage.post("/v1/shops/main/push/resume", "", headers: bearer).status == 204)
        }
    }

    @Test("a page is about the shop that its address names, else about the first that the visitor may see")
    func shops() {
        let route = Route(.get, "/runs", .read, pageShops: ["north", "south"]) { _ in Answer.empty }
        let south = Caller(id: "south", scopes: [.read], shops: ["south"], sources: nil)
        #expect(route.pageShop([:], for: .loopback) == "north")
        #expect(route.pageShop([:], for: south) == "south")
        #expect(route.pageShop(["shop": "north"], for: south) == "north")
        #expect(Route(.get, "/v1/shops", .read) { _ in Answer.empty }.pageShop([:], for: south) == nil)
    }

    @Test("a session ends with its token, and with its time")
    func sessions() {
        let now = Timestamp(microseconds: 1_700_000_000_000_000)
        let one = Self.token("one", [.read], expires: now.adding(seconds: 100)).token
        let sessions = Sessions(hasTLS: true)
        let name = sessions.begin(one, at: now)
        #expect(sessions.token(of: name, among: [one], at: now.adding(seconds: 99))?.id == "one")
        #expect(sessions.token(of: name, among: [one], at: now.adding(seconds: 100)) == nil)
        #expect(sessions.token(of: name, among: [], at: now) == nil)
        let renewed = AccessToken(id: "one", digest: [1], scopes: [.read])
        #expect(sessions.token(of: name, among: [renewed], at: now) == nil)
        #expect(sessions.token(of: "00", among: [one], at: now) == nil)
        let lasting = Self.token("two", [.read]).token
        let first = sessions.begin(lasting, at: now)
        for _ in 0..<Sessions.sessionsMax { _ = sessions.begin(lasting, at: now.adding(seconds: 200)) }
        #expect(sessions.token(of: first, among: [lasting], at: now.adding(seconds: 200)) == nil)
    }
}
