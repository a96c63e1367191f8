import InventoryCore
import SnapshotFormats

// Acknowledgements of web orders (spec, orders, 5).
extension ItemReader {
    /// Reads one item: `{"order", "line", "quantity", "state", "at"}`, or `{"alive_at"}`.
    ///
    /// - Throws: the first thing that is wrong with it.
    func readOrder(
        _ item: borrowing ItemMembers,
        _ bytes: UnsafeBufferPointer<UInt8>,
        envelope: EventNaming.Envelope?
    ) throws(ItemFault) -> OrderStatement {
        if let kind = envelope?.kind, kind != .acknowledgement {
            throw ItemFault(
                EventCode.unknownType,
                "Stock events go to /v1/shops/SHOP/sources/SOURCE/events; here only the type "
                    + "tidegate.order.acknowledged.v1 is taken."
            )
        }
        try checkNames(item)
        // What the sender calls it is of no use: the content of a statement names it.
        _ = try text(.id, item, bytes)
        _ = try text(.document, item, bytes)
        if item.has(.aliveAt) { return try heartbeat(item, bytes) }
        guard let order = try text(.order, item, bytes) else {
            throw ItemFault(EventCode.missingMember, "The order is missing; name it by its identifier or id.")
        }
        let line = try lineID(item, bytes)
        return .acknowledged(
            OrderAcknowledgement(
                order: order,
                line: line,
                quantity: try acknowledgedQuantity(item, bytes, of: line),
                state: try orderState(item, bytes),
                at: try instantNeeded(item, bytes, envelope, .at),
                source: orderSource
            )
        )
    }

    private func heartbeat(
        _ item: borrowing ItemMembers,
        _ bytes: UnsafeBufferPointer<UInt8>
    ) throws(ItemFault) -> OrderStatement {
        if let name = item.other(than: [.aliveAt, .id, .document]) {
            throw ItemFault(
                EventCode.conflictingMembers,
                "A heartbeat does not say \(name.text); leave it out, or send two items."
            )
        }
        guard let instant = try instant(item, bytes, .aliveAt) else {
            throw ItemFault(EventCode.missingMember, "alive_at is missing; say until when all were taken.")
        }
        return .alive(instant)
    }

    private func lineID(
        _ item: borrowing ItemMembers,
        _ bytes: UnsafeBufferPointer<UInt8>
    ) throws(ItemFault) -> Int64? {
        guard let token = item[.line] else { return nil }
        let digits = bytes[token.start..<token.end]
        guard token.kind == .number || token.kind == .string, digits.count <= 19,
            digits.allSatisfy({ $0 &- 48 < 10 }),
            let line = Int64(String(decoding: digits, as: UTF8.self)), line > 0
        else {
            throw ItemFault(
                EventCode.wrongMember,
                "line is no id of an order's line, which is a whole number."
            )
        }
        return line
    }

    private func acknowledgedQuantity(
        _ item: borrowing ItemMembers,
        _ bytes: UnsafeBufferPointer<UInt8>,
        of line: Int64?
    ) throws(ItemFault) -> Quantity? {
        guard let quantity = try quantity(.quantity, item, bytes) else { return nil }
        guard quantity > .zero else {
            throw ItemFault(
                EventCode.badAmount,
                "quantity \(quantity) is not above 0, so it acknowledges nothing; leave the item out."
            )
        }
        // Of several lines nobody could tell which one it is taken off.
        guard line != nil else {
            throw ItemFault(
                EventCode.missingMember,
                "A quantity is of one line; add its id as line, or leave quantity out for the whole order."
            )
        }
        return quantity
    }

    private func orderState(
        _ item: borrowing ItemMembers,
        _ bytes: UnsafeBufferPointer<UInt8>
    ) throws(ItemFault) -> OrderAcknowledgement.State {
        guard let word = try text(.state, item, bytes) else { return .booked }
        guard let state = OrderAcknowledgement.State(rawValue: word) else {
            throw ItemFault(EventCode.wrongMember, "state is booked, shipped or cancelled; send one of them.")
        }
        return state
    }
}
