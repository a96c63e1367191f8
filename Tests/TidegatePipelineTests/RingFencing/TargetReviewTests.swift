import InventoryCore
import Logging
import OroClient
import OroSimulator
import Testing
import TidegateSettings

@testable import TidegatePipeline

/// What `check` says about publishing targets that the rules name and the shop lacks.
@Suite("Publishing targets compared with the shop", .serialized)
struct TargetReviewTests {
    /// The findings about the targets of AB-1 to AB-6, each with severity, code, message and hint.
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

    @Test("targets that the shop has give no finding")
    func silent() async throws {
        #expect(try await Self.findings(fences: Self.fence("{ warehouse: Gold }")).isEmpty)
        #expect(try await Self.findings(fences: Self.fence("{ sku_alias: \"{sku}-KA\" }")).isEmpty)
    }

    @Test("a missing customer group is a warning that names the fence and the existing groups")
    func group() async throws {
        let found = try await Self.findings(fences: Self.fence("{ warehouse: Gold }", group: "Gold Club"))
        let finding = try #require(found.first)
        #expect(found.count == 1 && finding.severity == .warning && finding.code == "unknown_customer_group")
        #expect(finding.message.contains("tidegate.yaml:5: fence gold"), "\(finding.message)")
        #expect(finding.message.contains("no customer group Gold Club."))
        #expect(finding.hint.contains("Partners, Wholesale Customers."), "\(finding.hint)")
    }

    @Test("missing second products are a warning with their number and an example")
    func alias() async throws {
        let found = try await Self.findings(fences: Self.fence("{ sku_alias: \"{sku}-XX\" }"))
        let finding = try #require(found.first)
        #expect(found.count == 1 && finding.severity == .warning && finding.code == "unknown_alias")
        #expect(finding.message.contains("of 6 second products that were looked for, the shop lacks 6"))
        #expect(finding.message.contains("such as AB-1-XX."), "\(finding.message)")
        #expect(finding.hint.contains("visible to Partners only"))
    }

    @Test("a missing unit is a problem that names the existing units")
    func unit() async throws {
        let units = "units: [{ erp: EA, per_base: 1, oro: item }, { erp: PAL, per_base: 480, oro: pallet }]"
        let found = try await Self.findings(units: units)
        let finding = try #require(found.first)
        #expect(found.count == 1 && finding.severity == .problem && finding.code == "unknown_unit")
        #expect(finding.message == "units: the shop has no product unit pallet.")
        #expect(finding.hint.contains("item"), "\(finding.hint)")
    }

    @Test("a missing warehouse is a problem that names the fence and the existing warehouses")
    func warehouse() async throws {
        let found = try await Self.findings(fences: Self.fence("{ warehouse: Platinum }"))
        let finding = try #require(found.first)
        #expect(found.count == 1 && finding.severity == .problem && finding.code == "unknown_warehouse")
        #expect(finding.message.contains("fence gold: the shop has no warehouse Platinum."))
        #expect(finding.hint == "Use one of: Everyone, Gold, Silver.")
    }

    private static let units =
        "units: [{ erp: EA, per_base: 1, oro: item }, { erp: CS, per_base: 12, oro: case }]"
    private static let split = "{ split: { item: 70, case: 30 } }"

    /// A shop with SKUs in these units; the first unit is the primary one.
    private static func catalogue(_ products: [(sku: String, units: [String])]) -> Catalogue {
        let products = products.map { sku, units in
            let nothing = FencedShop.warehouses.map { (name: $0, quantity: StockQuantity.zero) }
            let units = units.map { Catalogue.Unit(code: $0, warehouses: nothing) }
            return Catalogue.Product(sku: sku, units: units)
        }
        return Catalogue(products: products)
    }

    @Test("with `split`, SKUs that lack a unit are a warning that says how much of their stock nobody sees")
    func shareOfALackingUnit() async throws {
        let shop = Self.catalogue([
            ("AB-1", ["item", "case"]), ("AB-2", ["item"]), ("AB-3", ["case"]), ("AB-4", ["item"]),
        ])
        let found = try await Self.findings(units: Self.units, publishUnits: Self.split, catalogue: shop)
        #expect(found.map(\.code) == ["share_shown_nowhere", "share_shown_nowhere"])
        #expect(found.allSatisfy { $0.severity == .warning })
        let case30 = try #require(found.first)
        let expected = "oro.publish_units: of 4 SKUs that were looked at, the shop sells 2 without the "
        #expect(case30.message.hasPrefix(expected + "unit case, such as AB-2."), "\(case30.message)")
        #expect(case30.message.contains("The 30 % of their stock that `split` gives to it are shown nowhere"))
        #expect(case30.hint.contains("Add case to these products in the shop"), "\(case30.hint)")
        #expect(found[1].message.contains("sells 1 without the unit item, such as AB-3."))
    }

    @Test("with `split`, SKUs sold in every unit give no finding")
    func everyUnit() async throws {
        let shop = Self.catalogue([("AB-1", ["item", "case"]), ("AB-2", ["case", "item"])])
        let found = try await Self.findings(units: Self.units, publishUnits: Self.split, catalogue: shop)
        #expect(found.isEmpty, "\(found)")
    }

    @Test("a share for a unit that the shop lacks, or to which no ERP unit is mapped, is a problem")
    func unknownShare() async throws {
        let shop = Self.catalogue([("AB-1", ["item", "case"])])
        let lacking = "{ split: { item: 70, pallet: 30 } }"
        let found = try await Self.findings(units: Self.units, publishUnits: lacking, catalogue: shop)
        #expect(found.map(\.code) == ["unknown_unit"] && found[0].severity == .problem)
        #expect(found[0].message == "oro.publish_units: the shop has no product unit pallet.")
        let item = "units: [{ erp: EA, per_base: 1, oro: item }]"
        let factorless = try await Self.findings(units: item, publishUnits: Self.split, catalogue: shop)
        #expect(factorless.map(\.code) == ["unit_without_factor"] && factorless[0].severity == .problem)
        #expect(factorless[0].message.contains("case has a share, and `units` says nowhere"))
    }
}
