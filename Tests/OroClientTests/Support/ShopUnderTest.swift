import Foundation
import InventoryCore
import OroSimulator
import Testing

@testable import OroClient

/// A shop to write to: a real one where the environment names it, else the simulator.
///
/// `TIDEGATE_TEST_ORO_URL`, `TIDEGATE_TEST_ORO_CLIENT_ID` and `TIDEGATE_TEST_ORO_CLIENT_SECRET` name a real one;
/// only levels of SKUs that begin with `TIDEGATE_TEST_ORO_SKU_PREFIX` are written, and what they showed before
/// is put back.
enum ShopUnderTest {
    /// Levels that a test may write.
    static let levelsMax = 120

    private static var environment: [String: String] { ProcessInfo.processInfo.environment }

    static var isReal: Bool { environment["TIDEGATE_TEST_ORO_URL"] != nil }

    /// Runs with a client and the levels that it may write.
    static func run(_ body: @escaping @Sendable (OroClient, [ShopLevel]) async throws -> Void) async throws {
        if let url = environment["TIDEGATE_TEST_ORO_URL"] {
            let options = OroOptions(
                url: url,
                clientID: try #require(environment["TIDEGATE_TEST_ORO_CLIENT_ID"]),
                clientSecret: Secret(try #require(environment["TIDEGATE_TEST_ORO_CLIENT_SECRET"]))
            )
            let prefix = try #require(environment["TIDEGATE_TEST_ORO_SKU_PREFIX"])
            try #require(!prefix.isEmpty, "Without a prefix the whole shop would be written.")
            return try await run(options, prefix: prefix, body)
        }
        var options = SimulatorOptions(catalogue: Catalogue(count: 150, seed: 7))
        options.clientID = "CLIENT-ID"
        options.clientSecret = "CLIENT-SECRET"
        try await OroSimulator.withRunning(options) { simulator in
            try await run(.loopback(simulator.url), prefix: "SKU-0001", body)
        }
    }

    private static func run(
        _ options: OroOptions,
        prefix: String,
        _ body: (OroClient, [ShopLevel]) async throws -> Void
    ) async throws {
        try await OroClient.withRunning(options: options, logger: quiet) { client in
            let all = try await SimulatorTests.all(client)
            let levels = Array(all.filter { $0.key.sku.text.hasPrefix(prefix) }.prefix(levelsMax))
            try #require(levels.count >= 2, "The shop has too few levels of SKUs that begin with \(prefix).")
            do {
                try await body(client, levels)
            } catch {
                await restore(levels, client)
                throw error
            }
            await restore(levels, client)
        }
    }

    /// Writes back what the levels showed; those that cannot be restored are named.
    private static func restore(_ levels: [ShopLevel], _ client: OroClient) async {
        for level in levels {
            let answer = await client.write(LevelWrite(level: level.id, quantity: level.quantity))
            #expect(answer == .record(.applied), "\(level.key.sku) was \(level.quantity) before the test")
        }
    }

    /// Polls an operation to its end, at the pace of a real shop; bounded.
    static func settle(
        _ client: OroClient,
        _ operation: OperationID,
        _ writes: [LevelWrite]
    ) async throws -> OperationAnswer {
        guard isReal else { return await SimulatorTests.settle(client, operation, writes) }
        for _ in 0..<240 {
            let answer = await client.poll(operation, writes: writes)
            guard case .pending = answer else { return answer }
            // There is no event to wait for: a real shop has to be asked.
            try await Task.sleep(for: .milliseconds(500))
        }
        return .gone
    }
}
