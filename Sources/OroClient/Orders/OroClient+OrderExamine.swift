import InventoryCore

extension OroClient {
    /// Finds out which orders can be read, by up to six reads.
    func examineOrders(_ needs: ShopNeeds, _ report: inout ShopReport) async {
        var first = Call(
            path: OrderQuery(mark: options.orderMark).any,
            timeoutSeconds: options.timeouts.readSeconds
        )
        first.include = "noHateoas;totalCount"
        OrderExamineRules.orders(await exchange(first), mark: options.orderMark, into: &report)
        guard report.readsOrders == true else { return }
        OrderExamineRules.way(OrderRules.way(await ask(OrderQuery.byTime)), into: &report)
        var questions: [(ShopRight, String)] = [(.viewOrderLines, OrderQuery.anyLine)]
        if needs.kitParts { questions.append((.viewKitParts, OrderQuery.anyKitPart)) }
        if needs.customerGroups {
            // The group is the customer's, so both are needed.
            questions.append((.viewCustomers, OrderQuery.anyCustomer))
            questions.append((.viewCustomerGroups, OrderQuery.anyCustomerGroup))
        }
        for (right, path) in questions {
            OrderExamineRules.right(right, await ask(path), into: &report)
        }
        OrderExamineRules.conclude(needs, into: &report)
    }
}
