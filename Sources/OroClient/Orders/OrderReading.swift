import InventoryCore

/// A page of orders joined with its lines, customers and groups, and each of them judged.
///
/// Whatever is not as a shop writes it makes the line or the order unreadable; nothing is guessed or rounded.
struct OrderReading: Sendable {
    var shown = ShownOrders()
    /// Orders that are shown with an empty list of lines, as they all are to a role that may not view lines.
    var withoutLines: [OrderID] = []
    /// The last row whose id and time could be read.
    var last: OrderPlace.Key?
    /// How many rows the page has, and the ids that could be read.
    var rowCount = 0
    var ids: Set<OrderID> = []

    private let document: OrderDocument
    private let mark: OrderMark?

    /// The first second of 2000 and of 2200: no order of a shop lies outside.
    static let times =
        Timestamp(
            microseconds: 946_684_800_000_000
        )..<Timestamp(
            microseconds: 7_258_118_400_000_000
        )
    static let nameBytesMax = 255

    init(_ document: OrderDocument, mark: OrderMark? = nil) {
        self.document = document
        self.mark = mark
        rowCount = document.orders.count
        var counts: [String: Int] = [:]
        for row in document.orders { counts[row.id, default: 0] += 1 }
        for row in document.orders {
            guard let count = counts.removeValue(forKey: row.id) else { continue }
            let id = OrderID(shown: row.id)
            if let id { ids.insert(id) }
            if let id, let updated = OrderReading.time(row.updated) {
                last = OrderPlace.Key(id: id, updated: updated)
            }
            do throws(UnreadableOrder.Reason) {
                guard count == 1 else { throw .repeated }
                shown.orders.append(try order(row))
            } catch {
                shown.unreadable.append(UnreadableOrder(order: row.id, reason: error))
            }
        }
        // An order may well have no customer any more; that none has one is the role's doing.
        if !document.orders.isEmpty, document.orders.allSatisfy({ $0.customer == nil }) {
            shown.hidden.insert(.viewCustomers)
        }
    }

    /// How some orders stand, of a page with times only.
    static func glances(_ document: OrderDocument) -> OrderGlances {
        var read = OrderGlances()
        var seen: Set<String> = []
        for row in document.orders {
            do throws(UnreadableOrder.Reason) {
                guard let id = OrderID(shown: row.id) else { throw .id }
                guard seen.insert(row.id).inserted else {
                    read.glances[id] = nil
                    throw .repeated
                }
                guard let updated = time(row.updated) else { throw .time }
                guard row.status.map(isName) != false else { throw .status }
                read.glances[id] = OrderGlance(updated: updated, status: row.status)
            } catch {
                read.unreadable.append(UnreadableOrder(order: row.id, reason: error))
            }
        }
        return read
    }

    private mutating func order(
        _ row: OrderDocument.OrderRow
    ) throws(UnreadableOrder.Reason) -> WebOrder {
        guard row.type == "orders" else { throw .kind }
        guard let id = OrderID(shown: row.id) else { throw .id }
        guard let placed = OrderReading.time(row.created), let updated = OrderReading.time(row.updated)
        else { throw .time }
        let identifier = row.identifier.flatMap { $0.isEmpty ? nil : $0 }
        guard identifier.map(OrderReading.isName) != false else { throw .identifier }
        guard row.status.map(OrderReading.isName) != false else { throw .status }
        let parent = row.parent.flatMap { OrderID(shown: $0) }
        guard (parent == nil) == (row.parent == nil) else { throw .parent }
        let group = try group(ofCustomer: row.customer)
        let said = mark?.said(row.mark, of: id)
        guard said.map(OrderReading.isNote) != false else { throw .mark }
        guard let lines = row.lines else { throw .lines }
        if lines.isEmpty { withoutLines.append(id) }
        return WebOrder(
            id: id,
            identifier: identifier,
            placed: placed,
            updated: updated,
            status: row.status,
            isExternal: row.isExternal,
            parent: parent,
            customerGroup: group,
            mark: said,
            lines: self.lines(lines, of: row.id)
        )
    }

    private mutating func group(
        ofCustomer customer: String?
    ) throws(UnreadableOrder.Reason) -> String? {
        guard let customer else { return nil }
        guard let group = document.customers[customer] else {
            shown.hidden.insert(.viewCustomers)
            return nil
        }
        guard !group.isEmpty else { return nil }
        guard let name = document.groups[group] else {
            shown.hidden.insert(.viewCustomerGroups)
            return nil
        }
        guard OrderReading.isName(name) else { throw .group }
        return name
    }

    private mutating func lines(_ ids: [String], of order: String) -> [WebOrder.Line] {
        var lines: [WebOrder.Line] = []
        lines.reserveCapacity(ids.count)
        var counts: [String: Int] = [:]
        for id in ids { counts[id, default: 0] += 1 }
        for id in ids {
            guard let count = counts.removeValue(forKey: id) else { continue }
            do throws(UnreadableOrder.Reason) {
                guard count == 1 else { throw .repeated }
                if let line = try line(id) { lines.append(line) } else { shown.freeFormLineCount += 1 }
            } catch {
                shown.unreadable.append(UnreadableOrder(order: order, line: id, reason: error))
            }
        }
        return lines
    }

    /// A line; nothing for one without a product, which somebody wrote by hand.
    private mutating func line(_ text: String) throws(UnreadableOrder.Reason) -> WebOrder.Line? {
        guard let id = OrderID(shown: text)?.number else { throw .id }
        guard let row = try row(text, OrderDocument.lineType, document.lines) else { throw .missing }
        // A product that was deleted, or that the role may not view, is not shown either, but then nobody
        // has written what the line is about.
        if row.product == nil, row.freeForm?.isEmpty == false { return nil }
        let (sku, unit, quantity) = try sold(row)
        let warehouse = row.warehouse.map { document.warehouses[$0] ?? $0 }
        guard warehouse.map(OrderReading.isName) != false else { throw .warehouse }
        let parts = try parts(row.parts)
        if parts.isEmpty, row.product.flatMap({ document.products[$0]?.type }) == "kit" {
            shown.hidden.insert(.viewKitParts)
        }
        return WebOrder.Line(
            id: id,
            sku: sku,
            unit: unit,
            quantity: quantity,
            warehouse: warehouse,
            parts: parts
        )
    }

    private func parts(_ ids: [String]) throws(UnreadableOrder.Reason) -> [WebOrder.Part] {
        guard !ids.isEmpty else { return [] }
        var parts: [WebOrder.Part] = []
        var seen: Set<String> = []
        for text in ids {
            guard let id = OrderID(shown: text)?.number, seen.insert(text).inserted else { throw .parts }
            do throws(UnreadableOrder.Reason) {
                guard let row = try row(text, OrderDocument.partType, document.parts) else { throw .parts }
                let (sku, unit, quantity) = try sold(row)
                parts.append(WebOrder.Part(id: id, sku: sku, unit: unit, quantity: quantity))
            } catch {
                throw .parts
            }
        }
        return parts
    }

    private func row(
        _ id: String,
        _ type: String,
        _ rows: [String: OrderDocument.LineRow]
    ) throws(UnreadableOrder.Reason) -> OrderDocument.LineRow? {
        if !document.repeated.isEmpty, document.repeated.contains("\(type) \(id)") { throw .repeated }
        return rows[id]
    }

    private func sold(
        _ row: OrderDocument.LineRow
    ) throws(UnreadableOrder.Reason) -> (SKU, StockUnit, Quantity) {
        // The line keeps the SKU of when it was saved; a product renamed since is another one in stock.
        let current = row.product.flatMap { document.products[$0]?.sku }
        guard let text = current ?? row.sku, LevelQuery.canAsk(SKU(text)) else { throw .sku }
        guard let unit = row.unit, OrderReading.isName(unit) else { throw .unit }
        guard let quantity = row.quantity.flatMap({ Quantity(jsonNumber: $0) }),
            quantity >= .zero, quantity <= .shopMax
        else { throw .quantity }
        return (SKU(text), StockUnit(unit), quantity)
    }

    private static func time(_ text: String?) -> Timestamp? {
        guard let time = text.flatMap({ Timestamp(rfc3339: $0) }), times.contains(time) else { return nil }
        return time
    }

    /// Whether a text can be a name: not empty, not too long, nothing in it that steers.
    private static func isName(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= nameBytesMax && text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
    }

    /// Whether a text can be a note, which may have several lines.
    private static func isNote(_ text: String) -> Bool {
        text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F || [0x09, 0x0A, 0x0D].contains($0) }
    }
}
