import InventoryCore
import OroClient
import TidegateSettings

/// The shares that `publish_units: split` gives to units, against the units that the products have.
extension TargetReview {
    /// The shares above 0 of `split`; none otherwise.
    var shares: [StockUnit: Quantity] {
        guard case .split(let shares) = settings.oro.publishUnits else { return [:] }
        return shares.filter { $0.value > .zero }
    }

    /// Finds SKUs that lack a unit with a share: that part of their stock is shown nowhere.
    ///
    /// `known` are the shop's units, where they can be seen; others have been found already.
    mutating func reviewShares(of skus: [SKU], _ shop: OroClient, known: Set<String>?) async {
        let shares = shares.filter { known?.contains($0.key.text) ?? true }.sorted { $0.key < $1.key }
        guard !shares.isEmpty else { return }
        do {
            let units = try settings.units.table()
            let apportioner = try settings.apportioner(at: .now)
            let found = try await shop.resolve(Array(skus.prefix(TargetReview.skusMax))).levels
            let products = Dictionary(grouping: found, by: \.key.sku).sorted { $0.key < $1.key }.map {
                ($0.key, apportioner.units(of: $0.key, shopUnits: $0.value.shopUnits))
            }
            for (unit, percent) in shares {
                if !units.isEmpty, !units.names(shop: unit) {
                    addFactorless(unit)
                    continue
                }
                let lacking = products.filter { !$0.1.contains(unit) }.map(\.0)
                if let first = lacking.first {
                    addLacking(unit, percent, lacking.count, of: products.count, such: first)
                }
            }
        } catch let error as Fault {
            add(
                .note,
                error.code.rawValue,
                "Whether the shop's products have the units of `split` could not be seen.",
                error.hint
            )
        } catch {
            add(
                .problem,
                "bad_list",
                "`units_file` cannot be used, so the units of `split` could not be checked.",
                "\(error)"
            )
        }
    }

    private mutating func addLacking(
        _ unit: StockUnit,
        _ percent: Quantity,
        _ count: Int,
        of total: Int,
        such sku: SKU
    ) {
        add(
            .warning,
            "share_shown_nowhere",
            "oro.publish_units: of \(total) SKUs that were looked at, the shop sells \(count) without "
                + "the unit \(unit), such as \(sku). The \(percent) % of their stock that `split` gives "
                + "to it are shown nowhere, and nobody can buy them.",
            "Add \(unit) to these products in the shop, or use `publish_units: primary`, which shows "
                + "all stock in a product's primary unit."
        )
    }

    private mutating func addFactorless(_ unit: StockUnit) {
        add(
            .problem,
            "unit_without_factor",
            "oro.publish_units: \(unit) has a share, and `units` says nowhere how much of a SKU it "
                + "holds; its share would be shown nowhere.",
            "Add it under `units`, as in { erp: CS, per_base: 12, oro: \(unit) }."
        )
    }
}
