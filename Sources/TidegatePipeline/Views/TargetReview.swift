package import InventoryCore
package import OroClient
package import TidegateSettings

/// Compares what the rules name with what the shop has: warehouses, units, customer groups, second products.
package struct TargetReview: Sendable {
    package private(set) var findings: [ShopReport.Finding] = []
    let settings: Settings

    /// How many SKUs are looked up in the shop, for their second products and their units.
    static let skusMax = 100
    private static let namesShownMax = 20

    /// Asks the shop for what the report does not have yet.
    ///
    /// `skus` are some of the ERP's SKUs, to see whether their second products exist.
    package init(_ settings: Settings, report: ShopReport, skus: [SKU], shop: OroClient) async {
        self.settings = settings
        reviewWarehouses(report)
        let units = await shop.names(of: .units)
        if let units { reviewUnits(units) }
        let groups = settings.rules.fences.filter { !$0.customerGroup.isEmpty }
        if !groups.isEmpty {
            if let names = await shop.names(of: .customerGroups) {
                reviewGroups(names)
            } else {
                add(
                    .note,
                    "groups_hidden",
                    "Whether the shop has the customer groups of the fences cannot be seen.",
                    "Give the integration user's role view on customer groups to have them compared."
                )
            }
        }
        await reviewAliases(of: skus, shop)
        await reviewSteps(of: skus, shop)
        await reviewShares(of: skus, shop, known: units)
    }

    mutating func add(
        _ severity: ShopReport.Severity,
        _ code: String,
        _ message: String,
        _ hint: String
    ) {
        findings.append(ShopReport.Finding(severity, code, message, hint: hint))
    }

    static func place(_ place: RulePlace?) -> String { place.map { "\($0): " } ?? "" }

    private static func known(_ names: some Collection<String>) -> String {
        let shown = names.sorted().prefix(namesShownMax).joined(separator: ", ")
        return names.count > namesShownMax ? "\(shown) and \(names.count - namesShownMax) more" : shown
    }

    private mutating func reviewWarehouses(_ report: ShopReport) {
        var named: [(name: String, subject: String, place: RulePlace?)] = []
        for site in settings.rules.sites {
            if let name = site.warehouse { named.append((name, "site \(site.id)", site.place)) }
        }
        for fence in settings.rules.fences {
            guard case .warehouse(let name) = fence.publish else { continue }
            named.append((name, "fence \(fence.id)", fence.place))
        }
        switch report.edition {
        case .community:
            for (name, subject, place) in named {
                add(
                    .problem,
                    "no_warehouses",
                    "\(TargetReview.place(place))\(subject) is published in the warehouse \(name), and a "
                        + "Community Edition has none.",
                    "Leave `warehouse` out; a fence can be withheld or have a `sku_alias`."
                )
            }
        case .enterprise where !report.warehouses.isEmpty:
            let known = Set(report.warehouses)
            for (name, subject, place) in named where !known.contains(name) {
                add(
                    .problem,
                    "unknown_warehouse",
                    "\(TargetReview.place(place))\(subject): the shop has no warehouse \(name).",
                    "Use one of: \(TargetReview.known(known))."
                )
            }
            for site in settings.rules.sites where site.warehouse == nil {
                add(
                    .warning,
                    "site_without_warehouse",
                    "\(TargetReview.place(site.place))site \(site.id) names no warehouse, "
                        + "and the shop's levels have one each.",
                    "Name it with `warehouse`: \(TargetReview.known(known))."
                )
            }
        default: break
        }
    }

    private mutating func reviewUnits(_ known: Set<String>) {
        let declared = Set(settings.units.conversions.map(\.shop.text))
        let shared = Set(shares.keys.map(\.text))
        for unit in declared.union(shared).subtracting(known).sorted() {
            add(
                .problem,
                "unknown_unit",
                "\(declared.contains(unit) ? "units" : "oro.publish_units"): the shop has no product unit "
                    + "\(unit).",
                "Use one of: \(TargetReview.known(known))."
            )
        }
    }

    private mutating func reviewGroups(_ known: Set<String>) {
        for fence in settings.rules.fences
        where !fence.customerGroup.isEmpty && !known.contains(fence.customerGroup) {
            add(
                .warning,
                "unknown_customer_group",
                "\(TargetReview.place(fence.place))fence \(fence.id): the shop has no customer group "
                    + "\(fence.customerGroup).",
                "Use one of: \(TargetReview.known(known))."
            )
        }
    }

    private mutating func reviewAliases(of skus: [SKU], _ shop: OroClient) async {
        for fence in settings.rules.fences {
            let aliases = skus.lazy.filter { sku in fence.rules.contains { $0.match.matches(sku) } }
                .compactMap { fence.publish.alias(of: $0) }.prefix(TargetReview.skusMax)
            guard !aliases.isEmpty else { continue }
            let own = Set(skus)
            if let double = aliases.first(where: own.contains) {
                add(
                    .problem,
                    "alias_is_article",
                    "\(TargetReview.place(fence.place))fence \(fence.id): its second product \(double) is a "
                        + "SKU of the ERP, too, so its level would show one stock or the other.",
                    "Choose a `sku_alias` that no SKU of the ERP matches."
                )
            }
            do {
                let found = Set(try await shop.resolve(Array(aliases)).levels.map(\.key.sku))
                let missing = aliases.filter { !found.contains($0) }
                guard let first = missing.first else { continue }
                add(
                    .warning,
                    "unknown_alias",
                    "\(TargetReview.place(fence.place))fence \(fence.id): of \(aliases.count) second "
                        + "products that were looked for, the shop lacks \(missing.count), such as \(first).",
                    "Create them in the shop, visible to \(fence.customerGroup) only."
                )
            } catch {
                add(
                    .note,
                    error.code.rawValue,
                    "Whether the shop has the second products of fence \(fence.id) could not be seen.",
                    error.hint
                )
            }
        }
    }
}
