@testable import InventoryCore

/// Which requests go wrong, and how: by chance, and by the clock.
struct FaultPlan {
    enum Fault: Hashable {
        /// Nothing was done, and the client knows.
        case outage
        case maintenance
        case busy(seconds: Int)
        /// The connection is cut; nothing was done, or everything.
        case cutBefore
        case cutAfter
        /// A proxy answers 502, and nobody knows whether it had passed the request on; it had not.
        case badGateway
        /// The client gives up; the effect comes later.
        case late(seconds: Double)
        /// One chunk of the operation fails.
        case chunkFails
        /// The operation runs, but cannot be found.
        case operationVanishes
        /// The client does not live to see the answer.
        case answerDropped

        var trouble: ShopTrouble? {
            switch self {
            case .outage: .outage("502")
            case .maintenance: .maintenance
            case .busy(let seconds): .busy(retryAfterSeconds: seconds)
            case .cutBefore, .cutAfter, .badGateway, .late, .chunkFails, .operationVanishes, .answerDropped:
                nil
            }
        }

        var isImmediate: Bool { trouble != nil }

        var timeoutSeconds: Double? {
            if case .late = self { 10 } else { nil }
        }
    }

    /// The share of requests that go wrong.
    var share = 0.0
    /// Times when nothing is answered.
    var outages: [ClosedRange<Double>] = []
    /// The longest delay of a late effect: less than the engine's settle times.
    var lateSecondsMax = 20.0

    func draw(for action: PushAction, at now: Double, random: inout SeededRandom) -> Fault? {
        if outages.contains(where: { $0.contains(now) }) { return .outage }
        guard share > 0, Double.random(in: 0..<1, using: &random) < share else { return nil }
        let shopWide: [Fault] = [.outage, .outage, .busy(seconds: 1), .maintenance]
        let late = Fault.late(seconds: Double.random(in: 0...lateSecondsMax, using: &random))
        let faults: [Fault]
        switch action {
        case .write: faults = shopWide + [.cutBefore, .cutAfter, .cutAfter, .badGateway, late]
        case .submit:
            faults = shopWide + [.cutBefore, .cutAfter, late, .chunkFails, .chunkFails, .operationVanishes]
        case .poll, .readBack, .probe: faults = shopWide
        }
        return faults.randomElement(using: &random)
    }
}
