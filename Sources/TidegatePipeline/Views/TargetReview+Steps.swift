import InventoryCore
import OroClient
import TidegateSettings

/// Compares steps with the units in which the shop shows the SKUs.
extension TargetReview {
    /// Finds steps that are finer than what the published unit of some SKU shows.
    mutating func reviewSteps(of skus: [SKU], _ shop: OroClient) async {
        let stepped = settings.rules.fences.flatMap { fence in
            fence.rules.enumerated().compactMap { number, rule in
                rule.step.map { (fence, number + 1, rule, $0) }
            }
        }
        guard !stepped.isEmpty else { return }
        let matched = skus.filter { sku in stepped.contains { $0.2.match.matches(sku) } }
        do {
            let apportioner = try settings.apportioner(at: .now)
            let found = try await shop.resolve(Array(matched.prefix(TargetReview.skusMax))).levels
            let levels = Dictionary(grouping: found, by: \.key.sku).sorted { $0.key < $1.key }
            for (fence, number, rule, step) in stepped {
                let coarse = levels.lazy.compactMap { sku, levels -> (SKU, Quantity)? in
                    guard rule.match.matches(sku),
                        let shown = apportioner.granularity(of: sku, shopUnits: levels.shopUnits)
                    else { return nil }
                    return step < shown ? (sku, shown) : nil
                }
                guard let (sku, shown) = coarse.first else { continue }
                add(
                    .problem,
                    "step_too_fine",
                    "\(TargetReview.place(rule.place ?? fence.place))fence \(fence.id), rule \(number): "
                        + "`step` is \(step), and the shop shows \(sku) in steps of \(shown).",
                    "State \(shown) or a multiple of it, or leave `step` out."
                )
            }
        } catch let error as Fault {
            add(
                .note,
                error.code.rawValue,
                "Whether the shop's units show the steps of the rules could not be seen.",
                error.hint
            )
        } catch {
            add(
                .problem,
                "bad_list",
                "`units_file` cannot be used, so no step could be checked.",
                "\(error)"
            )
        }
    }
}

extension [ShopLevel] {
    /// The units of one product, each once.
    var shopUnits: [ShopUnit] {
        let units = Dictionary(grouping: self, by: \.key.unit).compactMap { $0.value.first }
        return units.map {
            ShopUnit(unit: $0.key.unit, precision: $0.precision, isPrimary: $0.isPrimaryUnit)
        }
        .sorted { $0.unit < $1.unit }
    }
}
