import Foundation
import HTTPTransport
package import InventoryCore
import Logging
package import OroClient
import OroSimulator

/// A shop to write to: a real one if the environment names it, otherwise the simulator.
///
/// `TIDEGATE_TEST_ORO_URL`, `TIDEGATE_TEST_ORO_CLIENT_ID` and `TIDEGATE_TEST_ORO_CLIENT_SECRET` name a real
/// one; only levels of SKUs that begin with `TIDEGATE_TEST_ORO_SKU_PREFIX` are written, and what they showed
/// before is put back.
package struct ShopUnderTest: Sendable {
    package let client: OroClient
    /// The levels that a test may write, with what they show.
    package let levels: [ShopLevel]
    /// The shop's root.
    package let url: String

    /// Levels that a test may write.
    package static let levelsMax = 120
    private static let pollsMax = 20_000
    private static let realPollsMax = 240

    package struct Unusable: Error, CustomStringConvertible {
        package let description: String
    }

    private static var environment: [String: String] { ProcessInfo.processInfo.environment }

    package static var isReal: Bool { environment["TIDEGATE_TEST_ORO_URL"] != nil }

    /// Runs with a shop, and undoes what the body wrote however it ends.
    package static func run(
        _ body: @escaping @Sendable (ShopUnderTest) async throws -> Void
    ) async throws {
        if let url = environment["TIDEGATE_TEST_ORO_URL"] {
            let options = OroOptions(
                url: url,
                clientID: try required("TIDEGATE_TEST_ORO_CLIENT_ID"),
                clientSecret: Secret(try required("TIDEGATE_TEST_ORO_CLIENT_SECRET"))
            )
            // Without a prefix the whole shop would be written.
            return try await run(options, prefix: try required("TIDEGATE_TEST_ORO_SKU_PREFIX"), body)
        }
        var simulated = SimulatorOptions(catalogue: Catalogue(count: 150, seed: 7))
        simulated.clientID = "CLIENT-ID"
        simulated.clientSecret = "CLIENT-SECRET"
        try await OroSimulator.withRunning(simulated) { simulator in
            let options = OroOptions(
                url: simulator.url,
                clientID: "CLIENT-ID",
                clientSecret: Secret("CLIENT-SECRET")
            )
            try await run(options, prefix: "SKU-0001", body)
        }
    }

    private static func required(_ name: String) throws -> String {
        guard let value = environment[name], !value.isEmpty else {
            throw Unusable(description: "TIDEGATE_TEST_ORO_URL is set, \(name) is not.")
        }
        return value
    }

    private static func run(
        _ options: OroOptions,
        prefix: String,
        _ body: (ShopUnderTest) async throws -> Void
    ) async throws {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        try await OroClient.withRunning(options: options, logger: logger) { client in
            let all = try await every(of: client)
            let levels = Array(all.filter { $0.key.sku.text.hasPrefix(prefix) }.prefix(levelsMax))
            guard levels.count >= 10 else {
                throw Unusable(description: "The shop has too few levels of SKUs that begin with \(prefix).")
            }
            let shop = ShopUnderTest(client: client, levels: levels, url: options.url)
            do {
                try await body(shop)
            } catch {
                try await shop.restore()
                throw error
            }
            try await shop.restore()
        }
    }

    private static func every(of client: OroClient) async throws -> [ShopLevel] {
        var levels: [ShopLevel] = []
        var after: LevelID?
        while true {
            let page = try await client.levelIndex(after: after)
            levels += page.levels
            guard !page.isLast else { return levels }
            after = page.last
        }
    }

    /// Writes back what the levels showed.
    private func restore() async throws {
        var lost: [String] = []
        for level in levels {
            let answer = await client.write(LevelWrite(level: level.id, quantity: level.quantity))
            if answer != .record(.applied) {
                lost.append("\(level.key.sku) \(level.key.unit): \(level.quantity)")
            }
        }
        guard lost.isEmpty else {
            throw Unusable(description: "Not put back: \(lost.joined(separator: ", "))")
        }
    }

    /// Polls an operation to its end, at the pace of a real shop; bounded, because a hanging test says
    /// nothing.
    package func settle(_ operation: OperationID, _ writes: [LevelWrite]) async throws -> OperationAnswer {
        for _ in 0..<(ShopUnderTest.isReal ? ShopUnderTest.realPollsMax : ShopUnderTest.pollsMax) {
            let answer = await client.poll(operation, writes: writes)
            guard case .pending = answer else { return answer }
            // There is no event to wait for: a real shop has to be asked.
            if ShopUnderTest.isReal { try await Task.sleep(for: .milliseconds(500)) }
        }
        return .gone
    }

    /// What the levels show now.
    package func shown() async throws -> [LevelID: Quantity] {
        guard case .levels(let shown) = await client.readBack(levels.map(\.id)) else {
            throw Unusable(description: "The levels cannot be read back.")
        }
        return shown
    }
}
