import Foundation
import InventoryCore
import Logging
import OroClient
import OroSimulator
import StateStore
import Testing

@testable import HTTPTransport
@testable import TidegatePipeline

@Suite("The shop that a state belongs to")
struct ShopIdentityTests {
    private static let stock = Dictionary(uniqueKeysWithValues: (1...12).map { ("AB-\($0)", $0) })

    /// Runs the body with a client of another simulated shop.
    private static func withOtherShop(
        _ skus: [String],
        permissions: ShopPermissions = .all,
        _ body: (OroClient, RunningSimulator) async throws -> Void
    ) async throws {
        var options = SimulatorOptions(
            catalogue: Catalogue(products: skus.map { ($0, [(code: "item", precision: 0)]) })
        )
        options.permissions = permissions
        try await OroSimulator.withRunning(options) { simulator in
            let client = OroOptions(
                url: simulator.url,
                clientID: options.clientID,
                clientSecret: Secret(options.clientSecret)
            )
            var logger = Logger(label: "test")
            logger.logLevel = .critical
            try await OroClient.withRunning(options: client, logger: logger) { oro in
                try await body(oro, simulator)
            }
        }
    }

    /// Runs the body with a state that knows twelve levels, and a shop that calls its own by `skus`.
    private static func run(
        _ skus: [String],
        permissions: ShopPermissions = .all,
        isBound: Bool = true,
        _ body: @escaping @Sendable (ShopStage, OroClient, RunningSimulator) async throws -> Void
    ) async throws {
        try await ShopStage.run { stage in
            try await stage.sync(stock)
            try await withOtherShop(skus, permissions: permissions) { oro, simulator in
                // As if it answered at the address of the first.
                if isBound { try await stage.shop.state.bind(to: oro.shopAddress, at: .now) }
                let again = ShopIdentity(state: stage.shop.state)
                var shop = stage.shop
                shop.identity = again
                let other = ShopStage(folder: stage.folder, shop: shop, oro: oro, simulator: simulator)
                try await body(other, oro, simulator)
            }
        }
    }

    private static func code(_ body: () async throws -> Void) async -> Fault.Code? {
        do {
            try await body()
            return nil
        } catch {
            return Fault(error).code
        }
    }

    @Test("another address is another shop: refused before a delivery is read")
    func address() async throws {
        try await Self.run((1...12).map { "AB-\($0)" }, isBound: false) { stage, oro, simulator in
            let accepted = try await stage.shop.state.lastAccepted()?.id
            let code = await Self.code { try await stage.sync(Self.stock.mapValues { $0 + 1 }) }
            #expect(code == .otherShop)
            #expect(try await stage.shop.state.lastAccepted()?.id == accepted)
            #expect(simulator.ledgerCount == 0 && oro.requestsSent == 0)
        }
    }

    @Test("a shop in which most levels are another SKU's is refused, and nothing is written to it")
    func names() async throws {
        try await Self.run((1...12).map { "XY-\($0)" }) { stage, _, simulator in
            let code = await Self.code { try await stage.sync(Self.stock.mapValues { $0 + 1 }) }
            #expect(code == .otherShop && Fault.otherShop("").exitStatus.rawValue == 78)
            #expect(simulator.ledgerCount == 0)
            let audited = await Self.code { _ = try await stage.audit() }
            #expect(audited == .otherShop)
        }
    }

    @Test("a shop in which half of the levels are as they were is the same")
    func half() async throws {
        let skus = (1...12).map { $0 % 2 == 0 ? "AB-\($0)" : "XY-\($0)" }
        try await Self.run(skus) { stage, _, _ in
            _ = try await stage.sync(Self.stock.mapValues { $0 + 1 })
            #expect(try await stage.shop.state.binding()?.confirmed != nil)
        }
    }

    @Test("a role that sees no level any more lacks a right; nothing is forgotten")
    func blind() async throws {
        let skus = (1...12).map { "AB-\($0)" }
        let permissions = ShopPermissions.all.subtracting(.viewProducts)
        try await Self.run(skus, permissions: permissions) { stage, _, _ in
            let code = await Self.code { try await stage.sync(Self.stock.mapValues { $0 + 1 }) }
            #expect(code == .shopPermission)
            let known = try await stage.shop.state.resolvedLevelCount()
            let unknown = try await stage.openExceptions(.unknownSKU)
            #expect(known == 12 && unknown.isEmpty)
        }
    }

    @Test("each opening asks once, and only when the shop is needed")
    func once() async throws {
        try await ShopStage.run { stage in
            try await stage.sync(Self.stock)
            let bound = try #require(try await stage.shop.state.binding())
            #expect(bound.address == stage.oro.shopAddress && bound.adoption == nil)
            var shop = stage.shop
            shop.identity = ShopIdentity(state: shop.state)
            let before = stage.oro.requestsSent
            try await shop.identity.require(stage.oro)
            try await shop.identity.require(stage.oro)
            #expect(stage.oro.requestsSent == before + 1)
            let again = try #require(try await shop.state.binding())
            #expect(again.address == stage.oro.shopAddress && again.confirmed != nil)
        }
    }

    @Test("an adopted shop is read anew, and every figure goes to its own levels")
    func adopt() async throws {
        let skus = (1...12).map { "AB-\(13 - $0)" }
        try await Self.run(skus, isBound: false) { stage, oro, simulator in
            try stage.write(Self.stock)
            let code = await Self.code { try await stage.sync() }
            #expect(code == .otherShop)
            let outcome = try await ShopAdoption(shop: stage.shop, oro: oro)
                .perform(who: "me", reason: "moved to another host")
            #expect(outcome.levels == 12 && outcome.before != nil)
            #expect(simulator.ledgerCount == 0)
            let binding = try #require(try await stage.shop.state.binding())
            #expect(binding.adoption == ShopBinding.Adoption(who: "me", reason: "moved to another host"))
            _ = try await stage.sync()
            for (sku, quantity) in Self.stock { #expect(stage.shown(sku) == quantity, "\(sku)") }
        }
    }

    @Test(
        "one spelling for one address",
        arguments: [
            ("https://Shop.example:443/", "https://shop.example/admin"),
            ("http://shop.example:80/root/", "http://shop.example/root/admin"),
            ("https://shop.example:8443", "https://shop.example:8443/admin"),
        ]
    )
    func spelling(url: String, identity: String) async throws {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        let options = OroOptions(url: url, clientID: "a", clientSecret: Secret("b"))
        try await OroClient.withRunning(options: options, logger: logger) { oro in
            #expect(oro.shopAddress == identity)
        }
    }
}

extension ShopStage {
    func audit(repairs: Bool = false) async throws -> AuditReport {
        var options = AuditRun.Options()
        options.repairs = repairs
        var run = AuditRun(shop: shop, oro: oro, options: options)
        return try await run.perform()
    }
}
