@testable import OroSimulator

/// What happened at the recorded shop between the transcripts about orders.
enum OrderTranscriptStage {
    /// Sets the stage for a transcript, and the clock, which filters by time are about.
    static func prepare(_ transcript: Transcript, _ simulator: RunningSimulator) {
        let name = transcript.name
        simulator.setClock(Timestamp.parse("2026-11-23T" + transcript.at + "Z"))
        simulator.changeConditions { conditions in
            if name.hasPrefix("797") {
                conditions.permissions = name.contains("catalog") ? [.viewProducts] : [.viewOrders]
            }
        }
        if ["792-levels-map-20", "793-levels-map-3-noHateoas"].contains(name) {
            setLevels(asIn: transcript, simulator)
        }
        switch name {
        case "764-order-patch-identifier":
            let number = "ERP-4500012345"
            simulator.shop.with { state in
                state.orders.update(order: 73, atSeconds: 0) { $0.texts["poNumber"] = .text(number) }
            }
        case "774-ready-level": simulator.setQuantity(level: level, to: "10")
        case "776-after-checkout-4-product": simulator.checkout(level: level, quantity: "4")
        case "777-after-checkout-100-of-6-level": simulator.checkout(level: level, quantity: "100")
        case "778-after-checkout-to-zero-level": simulator.checkout(level: level, quantity: "6")
        case "781-order-after-cancel": simulator.setOrderStatus("76", to: .cancelled)
        case "784-after-checkout-1-set-item-level-level": simulator.checkout(level: setLevel, quantity: "1")
        case "782-race-level-after-the-checkout-flushed-level":
            simulator.setQuantity(level: level, to: "45", route: .checkout)
        default: break
        }
    }

    /// The load of other transcripts had written these levels.
    private static func setLevels(asIn transcript: Transcript, _ simulator: RunningSimulator) {
        for item in transcript.response["json"]?.object?["data"]?.list ?? [] {
            guard let id = item.object?["id"]?.text,
                let quantity = item.object?["attributes"]?.object?["quantity"]?.text
            else { continue }
            simulator.setQuantity(level: id, to: quantity)
        }
    }

    /// The levels of the product that was made for these transcripts, by the item and by the set.
    private static let level = "13336"
    private static let setLevel = "13337"
}
