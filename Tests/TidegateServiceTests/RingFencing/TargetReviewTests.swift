import InventoryCore
import Logging
import OroClient
import OroSimulator
import Testing
import TidegateService

/// What `check` says of targets that the rules name and the shop lacks.
@Suite("Targets held against the shop", .serialized)
struct TargetReviewTests {
    /// The findings about the targets, each as `severity code`, message and hint; those of AB-1 to AB-6.
    private static func findings(
        fences: String = "",
        units: String = "",
        publishUnits: String = "primary",
        catalogue: Catalogue? = nil
    ) async throws -> [ShopReport.Finding] {
        try await FencedShop.withRunning(seed: 1, catalogue: catalogue) { running in
            var place = running
            place.units = units
            place.publishUnits = publishUnits
            let settings = try place.settings(fences: fences)
            let access = try settings.oro.access(environment: [:])
            let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
            return try await OroClient.withRunning(options: access.options, logger: logger) { shop in
                let report = await shop.examine()
                let skus = FencedShop.skus.map { SKU($0) }
                return await TargetReview(settings, report: report, skus: skus, shop: shop).findings
            }
        }
    }

    private static func fence(_ publish: String, group: String = "Partners") -> String {
        """
        fences:
          gold:
            customer_group: \(group)
            rank: 1
            publish: \(publish)
            rules: [{ match: { sku: "AB-*" }, hold: floor, quantity: 40 }]
        """
    }

    @Test("targets that the shop has are silent")
    func silent() async throws {
        #expect(try await Self.findings(fences: Self.fence("{ warehouse: Gold }")).isEmpty)
        #expect(try await Self.findings(fences: Self.fence("{ sku_alias: \"{sku}-KA\" }")).isEmpty)
    }

    @Test("a missing customer group is a warning that names the fence and the groups there are")
    func group() async throws {
        let found = try await Self.findings(fences: Self.fence("{ warehouse: Gold }", group: "Gold Club"))
        let finding = try #require(found.first)
        #expect(found.count == 1 && finding.severity == .warning && finding.code == "unknown_customer_group")
        #expect(finding.message.contains("tidegate.yaml:5:3: fence gold"), "\(finding.message)")
        #expect(finding.message.contains("no customer group Gold Club."))
        #expect(finding.hint.contains("Partners, Wholesale Customers."), "\(finding.hint)")
    }

    @Test("missing second products are a warning with their number and one of them")
    func alias() async throws {
        let found = try await Self.findings(fences: Self.fence("{ sku_alias: \"{sku}-XX\" }"))
        let finding = try #require(found.first)
        #expect(found.count == 1 && finding.severity == .warning && finding.code == "unknown_alias")
        #expect(finding.message.contains("of 6 second products that were looked for, the shop lacks 6"))
        #expect(finding.message.contains("such as AB-1-XX."), "\(finding.message)")
        #expect(finding.hint.contains("visible to Partners only"))
    }

    @Test("a missing unit is a problem that names the units there are")
    func unit() async throws {
        let units = "units: [{ erp: EA, per_base: 1, oro: item }, { erp: PAL, per_base: 480, oro: pallet }]"
        let found = try await Self.findings(units: units)
        let finding = try #require(found.first)
        #expect(found.count == 1 && finding.severity == .problem && finding.code == "unknown_unit")
        #expect(finding.message == "units: the shop has no product unit pallet.")
        #expect(finding.hint.contains("item"), "\(finding.hint)")
    }

    @Test("a missing warehouse is a problem that names the fence and the warehouses there are")
    func warehouse() async throws {
        let found = try await Self.findings(fences: Self.fence("{ warehouse: Platinum }"))
        let finding = try #require(found.first)
        #expect(found.count == 1 && finding.severity == .problem && finding.code == "unknown_warehouse")
        #expect(finding.message.contains("fence gold: the shop has no warehouse Platinum."))
        #expect(finding.hint == "Use one of: Everyone, Gold, Silver.")
    }
}
