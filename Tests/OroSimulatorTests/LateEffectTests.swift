import Testing

@testable import OroSimulator

@Suite("Effects that come late, and answers that are not the shop's")
struct LateEffectTests {
    private static let write =
        #"{"data":{"type":"inventorylevels","id":"1","attributes":{"quantity":"77"}}}"#
    private static let batch =
        #"{"data":[{"type":"inventorylevels","id":"1","meta":{"update":true},"#
        + #""attributes":{"quantity":"3"}},{"type":"inventorylevels","id":"2","meta":{"update":true},"#
        + #""attributes":{"quantity":"4"}}]}"#

    private static func options(_ rules: FaultRule...) -> SimulatorOptions {
        var options = SimulatorOptions(catalogue: Catalogue(count: 10, seed: 1))
        options.faults = FaultScript(seed: 5, rules: rules)
        options.disorder = 0
        return options
    }

    @Test("a write that was cut lands on command, over what was written meanwhile")
    func landsOnCommand() async throws {
        let rule = FaultRule(.lateEffect(milliseconds: nil, nil), method: "PATCH", limit: 1)
        try await ShopClient.with(Self.options(rule)) { simulator, client in
            await #expect(throws: (any Error).self) {
                try await client.api("PATCH", "inventorylevels/1", Self.write)
            }
            #expect(simulator.ledger().isEmpty && simulator.lateEffectCount == 1)
            // The token is of no matter any more.
            let newer = Self.write.replacing("77", with: "78")
            let between = try await client.api("PATCH", "inventorylevels/1", newer)
            #expect(between.status == 200)
            simulator.revokeTokens()
            #expect(await simulator.landLateEffects() == 1)
            #expect(simulator.ledger().map(\.quantity) == ["78", "77"])
            #expect(await simulator.landLateEffects() == 0)
        }
    }

    @Test("a batch behind a gateway's time-out lands by itself")
    func landsLater() async throws {
        let page = ProxyAnswer(status: 504)
        let rule = FaultRule(.lateEffect(milliseconds: 20, page), method: "PATCH", limit: 1)
        try await ShopClient.with(Self.options(rule)) { simulator, client in
            let reply = try await client.api("PATCH", "inventorylevels", Self.batch)
            #expect(reply.status == 504 && reply.headers["content-type"] == "text/html")
            await simulator.queueIsIdle()
            #expect(simulator.ledger().map(\.quantity) == ["3", "4"])
        }
    }

    @Test("a proxy answers in its own words, before the effect or after it", arguments: [false, true])
    func proxies(afterEffect: Bool) async throws {
        let pages = [
            ProxyAnswer(status: 202), ProxyAnswer(status: 200, mediaType: "text/html", body: "<p>hello"),
            ProxyAnswer(status: 302, mediaType: nil, location: "https://login.example/"),
            ProxyAnswer(status: 404), ProxyAnswer(status: 503, retryAfter: .seconds(3)),
            ProxyAnswer(status: 429, retryAfter: .date(secondsAhead: 60)),
        ]
        try await ShopClient.with(Self.options()) { simulator, client in
            for page in pages {
                simulator.endFaults()
                simulator.inject(FaultRule(.proxy(page, afterEffect: afterEffect), level: "1", limit: 1))
                #expect(try await client.api("GET", "inventorylevels/2").status == 200)
                let reply = try await client.api("PATCH", "inventorylevels/1", Self.write)
                #expect(reply.status == page.status)
                #expect(reply.headers["content-type"] == page.mediaType)
                #expect(reply.headers["location"] == page.location)
                #expect(reply.text == page.body)
                if page.status == 503 { #expect(reply.headers["retry-after"] == "3") }
                if page.status == 429 { #expect(reply.headers["retry-after"]?.hasSuffix(" GMT") == true) }
            }
            #expect(simulator.ledger().count == (afterEffect ? pages.count : 0))
        }
    }

    @Test("a rule for a whole path leaves what is below it alone")
    func ruleForWholePath() async throws {
        let page = ProxyAnswer(status: 502)
        let rule = FaultRule(.proxy(page, afterEffect: false), path: "/admin/api/inventorylevels$")
        try await ShopClient.with(Self.options(rule)) { _, client in
            let one = try await client.api("PATCH", "inventorylevels/1", Self.write)
            #expect(one.status == 200)
            #expect(try await client.api("PATCH", "inventorylevels", Self.batch).status == 502)
        }
    }

    @Test("a rule for a level finds it in a batch too")
    func ruleForLevel() async throws {
        let rule = FaultRule(.proxy(ProxyAnswer(status: 202), afterEffect: false), level: "2", limit: 1)
        try await ShopClient.with(Self.options(rule)) { simulator, client in
            let other = try await client.api("PATCH", "inventorylevels/1", Self.write)
            #expect(other.status == 200)
            #expect(try await client.api("PATCH", "inventorylevels", Self.batch).text.hasPrefix("<html>"))
            #expect(try await client.api("PATCH", "inventorylevels", Self.batch).text.hasPrefix("{"))
        }
    }

    @Test("a date of the header names day, month and time")
    func headerDate() {
        #expect(Timestamp.header(784_111_777) == "Sun, 06 Nov 1994 08:49:37 GMT")
        #expect(Timestamp.header(0) == "Thu, 01 Jan 1970 00:00:00 GMT")
    }

    @Test("an operation can be refused or missing when it is asked for", arguments: [403, 404])
    func operationUnseen(status: Int) async throws {
        let rule = FaultRule(.apiError(status: status), path: "/admin/api/asyncoperations")
        try await ShopClient.with(Self.options(rule)) { _, client in
            #expect(try await client.api("PATCH", "inventorylevels", Self.batch).status == 202)
            let reply = try await client.api("GET", "asyncoperations/1")
            #expect(reply.status == status)
            let error = reply.json?.object?["errors"]?.list?.first?.object
            #expect(error?["status"]?.text == String(status))
        }
    }

    @Test(
        "the token's lifetime can be nonsense or missing",
        arguments: ["1e30", "0", "-5", #""soon""#, "null", nil]
    )
    func lifetimes(text: String?) async throws {
        let said: ShopConditions.ExpiresIn = text.map { .json($0) } ?? .missing
        let options = Self.options(FaultRule(.expiresIn(said), path: "/oauth2-token"))
        try await ShopClient.with(options) { _, client in
            // The token itself is good.
            #expect(try await client.api("GET", "inventorylevels/1").status == 200)
            let form =
                "grant_type=client_credentials&client_id=\(options.clientID)"
                + "&client_secret=\(options.clientSecret)"
            let type = ["Content-Type": "application/x-www-form-urlencoded"]
            let reply = try await client.send("POST", "/oauth2-token", headers: type, body: Array(form.utf8))
            #expect(reply.text.contains("expires_in") == (text != nil))
            if let text { #expect(reply.text.contains("\"expires_in\":" + text + ",")) }
        }
    }

    @Test("a fault file names proxies, late effects and lifetimes")
    func file() throws {
        let text = """
            {"rules":[
            {"fault":"proxy","status":429,"retryAfterDateSeconds":9,"afterEffect":true,"level":"4"},
            {"fault":"proxy","status":302,"mediaType":null,"location":"/login"},
            {"fault":"lateEffect","milliseconds":50},{"fault":"lateEffect","status":504},
            {"fault":"expiresIn","value":"1e30"},{"fault":"expiresIn"},{"fault":"apiError","status":404},
            {"fault":"levelRefuses","level":"7","status":500}]}
            """
        let rules = try FaultScript.parse(Array(text.utf8), place: "f").rules
        let expected: [InjectedFault] = [
            .proxy(ProxyAnswer(status: 429, retryAfter: .date(secondsAhead: 9)), afterEffect: true),
            .proxy(ProxyAnswer(status: 302, mediaType: nil, location: "/login"), afterEffect: false),
            .lateEffect(milliseconds: 50, nil), .lateEffect(milliseconds: nil, ProxyAnswer(status: 504)),
            .expiresIn(.json("1e30")), .expiresIn(.missing), .apiError(status: 404),
            .change(.setLevelFault(level: "7", .refuses(status: 500))),
        ]
        #expect(rules.map(\.fault) == expected)
        #expect(rules.map(\.level) == ["4", nil, nil, nil, nil, nil, nil, nil])
        #expect(throws: SimulatorFault.badFile(place: "f, rule 1,", problem: "needs the text \"sku\"")) {
            let bad = #"{"rules":[{"fault":"recreateProduct"}]}"#
            return try FaultScript.parse(Array(bad.utf8), place: "f")
        }
    }
}
