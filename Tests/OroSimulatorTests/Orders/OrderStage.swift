@testable import OroSimulator

/// A small shop for order tests, and short ways to ask it.
enum OrderStage {
    /// A time at which its clock stands.
    static let noon: Int64 = 1_000_000_000
    static let positions = [RunningSimulator.OrderPosition(sku: "A", quantity: "3")]

    static func options(_ profile: Profile = .v6_0) -> SimulatorOptions {
        var options = SimulatorOptions(
            catalogue: Catalogue(products: ["A", "B", "KIT"].map { ($0, [("item", 0)]) })
        )
        options.profile = profile
        options.disorder = 0
        return options
    }

    /// Runs `body` with the shop, whose level 1, of A, has 10, and whose clock stands.
    static func with<Result: Sendable>(
        _ profile: Profile = .v6_0,
        _ body: (RunningSimulator, ShopClient) async throws -> Result
    ) async throws -> Result {
        try await ShopClient.with(options(profile)) { simulator, client in
            simulator.setClock(noon)
            simulator.setQuantity(level: "1", to: "10")
            return try await body(simulator, client)
        }
    }

    /// The ids that a list shows.
    static func ids(_ client: ShopClient, _ path: String) async throws -> [String] {
        let list = try await client.api("GET", path).json?.object?["data"]?.list ?? []
        return list.compactMap { $0.object?["id"]?.text }
    }

    /// The ids that a relationship of one entity names.
    static func ids(_ client: ShopClient, _ path: String, _ relation: String) async throws -> [String] {
        let relations = try await data(client, path)?["relationships"]?.object
        let data = relations?[relation]?.object?["data"]
        return (data?.list ?? [data ?? .null]).compactMap { $0.object?["id"]?.text }
    }

    static func attribute(_ client: ShopClient, _ path: String, _ name: String) async throws -> JsonValue? {
        try await data(client, path)?["attributes"]?.object?[name]
    }

    private static func data(_ client: ShopClient, _ path: String) async throws -> JsonObject? {
        try await client.api("GET", path).json?.object?["data"]?.object
    }

    /// What a level shows.
    static func quantity(_ client: ShopClient, level: String = "1") async throws -> String? {
        try await attribute(client, "inventorylevels/" + level, "quantity")?.text
    }

    static func patch(_ client: ShopClient, to quantity: String) async throws {
        let body =
            #"{"data":{"type":"inventorylevels","id":"1","attributes":{"quantity":""# + quantity + #""}}}"#
        _ = try await client.api("PATCH", "inventorylevels/1", body)
    }
}
