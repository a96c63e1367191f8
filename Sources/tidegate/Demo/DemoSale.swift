import InventoryCore
import OroSimulator

/// Something that the simulated shop sells to a buyer, stock and all.
struct DemoSale {
    private let sku: SKU
    private let before: Int
    private let order: String

    private static let quantity = 3

    /// Sells a few pieces of the first pump of which there are some; nothing where there is none.
    init?(of skus: [SKU], in simulator: RunningSimulator) {
        let shown = DemoSale.shown(simulator)
        let sold = skus.first { $0.text.hasPrefix("PUMP-") && shown[$0.text, default: 0] >= 10 }
        guard let sku = sold, let before = shown[sku.text] else { return nil }
        (self.sku, self.before) = (sku, before)
        let position = RunningSimulator.OrderPosition(sku: sku.text, quantity: String(DemoSale.quantity))
        order = simulator.placeOrder(OrderPlacement([position]))
    }

    /// What became of the figure.
    func sentence(_ simulator: RunningSimulator) -> String {
        let after = DemoSale.shown(simulator)[sku.text, default: 0]
        let sold = DemoSale.quantity
        return "\(sold) \(sku) in order \(order); it showed \(before) before and shows \(after) now, "
            + "though the ERP still counts the \(sold)"
    }

    private static func shown(_ simulator: RunningSimulator) -> [String: Int] {
        var shown: [String: Int] = [:]
        for level in simulator.levels() { shown[level.sku] = Int(level.quantity) }
        return shown
    }
}
