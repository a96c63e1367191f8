extension Shop {
    /// Lines of the orders, from an id on, also of those that nobody can see yet.
    func orderLines(from first: Int) -> (bytes: [UInt8], next: Int)? {
        with { state in
            let from = max(1, first)
            let end = min(from + SimulatorEndpoint.linesPerWrite, state.orders.lastOrderId + 1)
            guard from < end else { return nil }
            var text = JsonText()
            for id in from..<end {
                guard let line = state.orderLine(id) else { continue }
                text.value(line)
                text.raw("\n")
            }
            return (text.bytes, end)
        }
    }
}

extension ShopState {
    /// An order as the simulator's own listing shows it.
    fileprivate func orderLine(_ id: Int) -> JsonValue? {
        guard let order = orders.stored(order: id) else { return nil }
        let lines = order.lines.compactMap { number -> JsonValue? in
            guard let line = orders.stored(line: number) else { return nil }
            return .object(
                JsonObject(members: [
                    .init(name: "line", value: .text(String(number))),
                    .init(name: "sku", value: line.sku.map { .text($0) } ?? .null),
                    .init(name: "unit", value: .text(line.unit)),
                    .init(name: "quantity", value: .text(line.quantity)),
                ])
            )
        }
        return .object(
            JsonObject(members: [
                .init(name: "order", value: .text(String(id))),
                .init(name: "parent", value: order.parent.map { .text(String($0)) } ?? .null),
                .init(name: "visibility", value: .text(order.visibility.rawValue)),
                .init(name: "status", value: .text(order.status.rawValue)),
                .init(name: "awaitsDecrement", value: .bool(checkouts[id] != nil)),
                .init(name: "lines", value: .list(lines)),
            ])
        )
    }
}
