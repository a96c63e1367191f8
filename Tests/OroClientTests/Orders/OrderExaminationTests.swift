import InventoryCore
import OroSimulator
import Testing

@testable import HTTPTransport
@testable import OroClient

extension SimulatorTests {
    @Test("names the right to read orders that the role lacks, and what cannot be proven without an order")
    func orderExamination() async throws {
        let expected: [(ShopPermissions, String)] = [
            (.viewOrders, "view orders"), (.viewOrderLines, "view order line items"),
            (.viewCustomers, "view customers"), (.viewCustomerGroups, "view customer groups"),
        ]
        for profile in [Profile.v5_1, .v6_0] {
            try await run(profile: profile) { client, simulator in
                var needs = ShopNeeds()
                needs.orders = true
                needs.customerGroups = true
                let empty = await client.examine(for: needs)
                #expect(empty.isUsable && self.codes(empty, .note).contains("orders_unseen"))
                #expect(empty.orderCount == 0 && empty.readsOrders == true)
                Self.place(2, simulator)
                let whole = await client.examine(for: needs)
                #expect(whole.isUsable && self.codes(whole, .ok).contains("orders") && whole.orderCount == 2)
                #expect(whole.orderWay == (profile == .v5_1 ? .ids : .updated))
                #expect(self.codes(whole, .note).contains("orders_by_id") == (profile == .v5_1))
                for (right, name) in expected {
                    simulator.changeConditions {
                        $0.permissions = .all
                        $0.permissions.remove(right)
                    }
                    let report = await client.examine(for: needs)
                    let problems = report.findings.filter { $0.severity == .problem }
                    #expect(problems.count == 1 && report.readsOrders == false, "\(name): \(problems)")
                    #expect(problems.first?.message.contains("may not \(name)") == true, "\(problems)")
                    #expect(problems.first?.isPermission == true, "\(name)")
                    var less = needs
                    less.customerGroups = false
                    let isNeeded = right == .viewOrders || right == .viewOrderLines
                    #expect(await client.examine(for: less).isUsable == !isNeeded, "\(name)")
                    #expect(await client.examine().readsOrders == nil, "\(name)")
                }
            }
        }
    }
}
