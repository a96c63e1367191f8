/// Reviews locations, and where fences are published.
extension RuleReview {
    /// Finds locations that two sites claim, and dedicated locations that two fences claim.
    ///
    /// Patterns of sites are compared by their text only: if two overlap, the first one wins.
    mutating func reviewLocations() {
        var sites: [String: Site] = [:]
        for site in rules.sites {
            for glob in site.locations {
                if let other = sites[glob.text], other.id != site.id {
                    error(
                        .locationInTwoSites,
                        .site(site),
                        "Location \(glob.text) is also in site \(other.id).",
                        "List it under one of them only: its stock can be published only once."
                    )
                }
                sites[glob.text] = site
            }
        }
        for (number, fence) in rules.fences.enumerated() {
            for glob in fence.locations {
                reviewOwner(of: glob, number)
                reviewHome(of: glob, fence)
            }
        }
    }

    private mutating func reviewOwner(of glob: Glob, _ number: Int) {
        let fence = rules.fences[number]
        for other in rules.fences[..<number] where other.id != fence.id {
            guard let overlap = other.locations.first(where: { $0.overlaps(glob) }) else { continue }
            error(
                .locationInTwoFences,
                .fence(fence),
                "Location \(glob.text) is dedicated to fence \(other.id) as well (\(overlap.text)).",
                "List it under one of them only."
            )
        }
    }

    private mutating func reviewHome(of glob: Glob, _ fence: Fence) {
        guard glob.isExact, rules.role(of: Location(glob.text)) == nil else { return }
        error(
            .locationWithoutSite,
            .fence(fence),
            "Dedicated location \(glob.text) is in no site.",
            rules.sites.isEmpty
                ? "Add a site with it under `sites`." : "List it under the `locations` of its site, too."
        )
    }

    mutating func reviewTargets() {
        var warehouses: [String: String] = [:]
        for site in rules.sites {
            if let warehouse = site.warehouse { warehouses[warehouse] = "the shared pool of site \(site.id)" }
        }
        for fence in rules.fences {
            switch fence.publish {
            case .withhold: break
            case .warehouse(let name):
                if name.isEmpty {
                    error(
                        .emptyName,
                        .fence(fence),
                        "`warehouse` is empty.",
                        "Name the OroCommerce warehouse."
                    )
                }
                if let other = warehouses[name] {
                    warning(
                        .warehouseShared,
                        .fence(fence),
                        "Warehouse \(name) already shows \(other); customers of both see the sum.",
                        "Give the fence its own warehouse."
                    )
                }
                warehouses[name] = "fence \(fence.id)"
            case .skuAlias(let template):
                let placeholder = PublishTarget.skuPlaceholder
                guard !template.contains(placeholder) || template == placeholder else { continue }
                error(
                    .aliasWithoutSKU,
                    .fence(fence),
                    "`sku_alias` is \(template): it does not give each SKU a second name of its own.",
                    "Write \(placeholder) and something more, such as \(placeholder)-KA."
                )
            }
        }
    }
}
