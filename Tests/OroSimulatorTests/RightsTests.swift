import Testing

@testable import OroSimulator

@Suite("Roles and versions")
struct RightsTests {
    private static let write =
        #"{"data":{"type":"inventorylevels","id":"1","attributes":{"quantity":"QUANTITY"}}}"#
    private static let record =
        #"{"type":"inventorylevels","id":"1","meta":{"update":true},"attributes":{"quantity":"12.5"}}"#

    private static func options(_ profile: Profile = .v5_1, _ role: ShopRole = .minimal) -> SimulatorOptions {
        var options = SimulatorOptions(catalogue: Catalogue(count: 10, seed: 1))
        options.profile = profile
        options.role = role
        options.disorder = 0
        options.operationDelayMilliseconds = 0
        return options
    }

    private static func patch(_ quantity: String, _ client: ShopClient) async throws -> ShopClient.Reply {
        let body = write.replacing("QUANTITY", with: quantity)
        return try await client.api("PATCH", "inventorylevels/1", body)
    }

    /// The errors of a batch of one record, as status and pointer.
    private static func batchErrors(
        _ client: ShopClient,
        _ simulator: RunningSimulator
    ) async throws -> [String] {
        let reply = try await client.api("PATCH", "inventorylevels", #"{"data":["# + record + "]}")
        #expect(reply.status == 202)
        let id = reply.json?.object?["data"]?.object?["id"]?.text ?? ""
        await simulator.queueIsIdle()
        let list = try await client.api("GET", "asyncoperations/\(id)/errors").json?.object?["data"]?.list
        return (list ?? []).map { item in
            let error = item.object?["attributes"]?.object
            let status = Int(error?["status"]?.number ?? 0)
            return "\(status) \(error?["source"]?.object?["pointer"]?.text ?? "")"
        }
    }

    @Test("a role that sees no products meets an empty shop whose levels it may not write")
    func noProductView() async throws {
        try await ShopClient.with(Self.options()) { simulator, client in
            simulator.changeConditions { $0.permissions.remove(.viewProducts) }
            let headers = ["Accept": "application/vnd.api+json", "X-Include": "totalCount"]
            let list = try await client.api("GET", "inventorylevels", headers)
            #expect(list.status == 200 && list.json?.object?["data"]?.list?.isEmpty == true)
            #expect(list.headers["x-include-total-count"] == "0")
            #expect(try await client.api("GET", "inventorylevels/1").status == 403)
            #expect(try await Self.patch("5", client).status == 403)
            #expect(try await Self.batchErrors(client, simulator) == ["403 /data/0"])
            #expect(simulator.ledger().isEmpty)
        }
    }

    @Test("batches need both rights on operations", arguments: [0, 1])
    func operations(which: Int) async throws {
        let lost: ShopPermissions = which == 0 ? .createOperations : .viewOperations
        try await ShopClient.with(Self.options()) { simulator, client in
            simulator.changeConditions { $0.permissions.remove(lost) }
            let batch = try await client.api("PATCH", "inventorylevels", #"{"data":["# + Self.record + "]}")
            #expect(batch.status == 403)
            #expect(try await Self.patch("5", client).status == 200)
        }
    }

    @Test("the minimal role sees neither organization nor owner, and may not set a status")
    func minimal() async throws {
        var options = Self.options()
        options.otherClients = [OAuthClient(id: "chief", secret: "s", role: .admin)]
        try await ShopClient.with(options) { _, client in
            let level = try await client.api("GET", "inventorylevels/1?include=organization")
            let relations = level.json?.object?["data"]?.object?["relationships"]?.object
            #expect(relations?["organization"]?.object?["data"] == JsonValue.null)
            for path in ["organizations", "organizations/1", "customergroups", "orders", "customers"] {
                #expect(try await client.api("GET", path).status == 403, "\(path)")
            }
            let status = #"{"data":{"type":"products","id":"1","attributes":{"featured":true}}}"#
            #expect(try await client.api("PATCH", "products/1", status).status == 403)
            var other = options
            (other.clientID, other.clientSecret) = ("chief", "s")
            var chief = client
            chief.token = try await client.freshToken(other)
            #expect(try await chief.api("GET", "organizations").status == 200)
            #expect(try await chief.api("PATCH", "products/1", status).status == 200)
        }
    }

    @Test("with a comma for the decimal mark no fraction passes; batches follow what consumers started with")
    func decimalComma() async throws {
        try await ShopClient.with(Self.options()) { simulator, client in
            await simulator.perform(.setDecimalComma(true, ofUser: true))
            let refused = try await Self.patch("12.5", client)
            #expect(refused.status == 400)
            #expect(try await Self.patch("12.0", client).status == 200)
            #expect(try await Self.batchErrors(client, simulator) == [])
            await simulator.perform(.setDecimalComma(false, ofUser: true))
            await simulator.perform(.setDecimalComma(true, ofUser: false))
            #expect(try await Self.patch("12.5", client).status == 200)
            #expect(try await Self.batchErrors(client, simulator) == [])
            await simulator.setConsumers(1)
            #expect(try await Self.batchErrors(client, simulator) == ["400 /data/0/attributes/quantity"])
            // So does the end of maintenance.
            await simulator.perform(.setDecimalComma(false, ofUser: false))
            simulator.changeConditions { $0.maintenance = true }
            simulator.changeConditions { $0.maintenance = false }
            #expect(try await Self.batchErrors(client, simulator) == [])
        }
    }

    @Test(
        "a synchronous batch without usable items is a bare empty list",
        arguments: [#"{"data":["#, #"{"data":[]}"#, "[]", #"{"data":[5]}"#, #"{"data":[null]}"#, "{}"]
    )
    func nothingUsable(body: String) async throws {
        try await ShopClient.with(Self.options(.v6_0)) { _, client in
            let headers = [
                "Accept": "application/vnd.api+json", "Content-Type": "application/vnd.api+json",
                "X-Mode": "sync",
            ]
            let reply = try await client.api("PATCH", "inventorylevels", headers, body)
            #expect(reply.status == 200 && reply.text == "[]")
        }
    }

    @Test(
        "a mode that is not one of the two is refused from 6.0 on, an empty one is none",
        arguments: [("zzz", 400), ("SYNC", 400), ("", 202), ("async", 202), ("sync", 200)]
    )
    func modes(mode: String, status: Int) async throws {
        for profile in [Profile.v5_1, .v6_0] {
            try await ShopClient.with(Self.options(profile)) { _, client in
                let headers = [
                    "Accept": "application/json", "Content-Type": "application/vnd.api+json", "X-Mode": mode,
                ]
                let body = #"{"data":["# + Self.record + "]}"
                let reply = try await client.api("PATCH", "inventorylevels", headers, body)
                #expect(reply.status == (profile == .v5_1 ? 202 : status))
            }
        }
    }

    @Test("who accepts anything gets the plain form, with its own paging")
    func plain() async throws {
        try await ShopClient.with(Self.options()) { _, client in
            let any = ["Accept": "*/*"]
            let one = try await client.api("GET", "inventorylevels/1", any)
            #expect(one.json?.object?["id"] == .number("1"))
            let some = try await client.api("GET", "inventorylevels?limit=3&page=2", any)
            #expect(some.json?.list?.count == 3)
            let refused = try await client.api("GET", "inventorylevels?page[size]=3", any)
            #expect(refused.status == 400)
            let error = refused.json?.list?.first?.object
            #expect(error?["source"]?.text == "page[size]" && error?["status"] == nil)
        }
    }

    @Test(
        "the token endpoint tells bodies that are no JSON from those that say too little",
        arguments: [
            ("{", "application/json", true), (#""x""#, "application/json", true),
            ("null", "application/json", true), ("", "application/json", false),
            ("[]", "application/json", false), ("{}", "application/x-www-form-urlencoded", false),
            ("grant_type=client_credentials", "", false),
        ]
    )
    func tokenBodies(body: String, type: String, isPage: Bool) async throws {
        try await ShopClient.with(Self.options()) { _, client in
            let headers = type.isEmpty ? [:] : ["Content-Type": type]
            let reply = try await client.send(
                "POST",
                "/oauth2-token",
                headers: headers,
                body: Array(body.utf8)
            )
            #expect(reply.status == 400)
            #expect(reply.text.contains("unsupported_grant_type") == !isPage)
            #expect(reply.headers["content-type"]?.hasPrefix("text/html") == isPage)
        }
    }
}
