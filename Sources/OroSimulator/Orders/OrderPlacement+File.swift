/// How a file or a person outside describes an order.
extension OrderPlacement {
    static let keys: Set<String> = [
        "lines", "customer", "customerGroup", "identifier", "externalId", "warehouse", "takesStock",
        "takesStockAfterSeconds", "takesStockAfterRequests", "external", "visibility", "createdAt",
        "subOrders",
    ]

    /// Reads one order; a name that none of its fields has is refused.
    static func parse(_ bytes: [UInt8], place: String) throws(SimulatorFault) -> OrderPlacement {
        let root: JsonObject?
        do {
            root = try JsonReader.document(bytes).object
        } catch {
            throw .badFile(place: place, problem: "is not JSON: \(error)")
        }
        guard let root else { throw .badFile(place: place, problem: "is not an object") }
        if let stranger = root.members.first(where: { !keys.contains($0.name) }) {
            throw .badFile(place: place, problem: "has the unknown key \"\(stranger.name)\"")
        }
        return try read(root, place)
    }

    static func read(_ item: JsonObject, _ place: String) throws(SimulatorFault) -> OrderPlacement {
        guard let list = item["lines"]?.list, !list.isEmpty else {
            throw .badFile(place: place, problem: "needs a list \"lines\"")
        }
        var positions: [Position] = []
        for line in list { positions.append(try position(line.object ?? JsonObject(), place)) }
        var placement = OrderPlacement(positions)
        placement.customer = item["customer"]?.text
        placement.customerGroup = item["customerGroup"]?.text
        placement.identifier = item["identifier"]?.text
        placement.externalId = item["externalId"]?.text
        placement.warehouse = item["warehouse"]?.text
        placement.isExternal = item["external"]?.bool ?? false
        placement.takesStock = try taking(item, place)
        if let name = item["visibility"]?.text {
            guard let visibility = OrderVisibility(rawValue: name) else {
                throw .badFile(place: place, problem: "has the unknown visibility \"\(name)\"")
            }
            placement.visibility = visibility
        }
        if let text = item["createdAt"]?.text {
            guard let seconds = Timestamp.parse(text) else {
                throw .badFile(place: place, problem: "has the time \"\(text)\", which is none")
            }
            placement.createdAtSeconds = seconds
        }
        placement.subOrders = (item["subOrders"]?.list ?? []).map { places in
            (places.list ?? []).compactMap(\.number).map { Int($0) }
        }
        return placement
    }

    /// A number, as it is or in quotes.
    static func number(_ value: JsonValue) -> String? {
        switch value {
        case .number(let text), .text(let text): StockQuantity(text) == nil ? nil : text
        default: nil
        }
    }

    private static func position(_ line: JsonObject, _ place: String) throws(SimulatorFault) -> Position {
        guard let quantity = line["quantity"].flatMap(number) else {
            throw .badFile(place: place, problem: "needs a number \"quantity\" in each line")
        }
        let unit = line["unit"]?.text ?? "item"
        if let freeForm = line["freeForm"]?.text {
            return Position(freeForm: freeForm, unit: unit, quantity: quantity)
        }
        var components: [RunningSimulator.KitComponent] = []
        for component in line["kit"]?.list ?? [] {
            let part = try position(component.object ?? JsonObject(), place)
            components.append(.init(sku: part.sku, unit: part.unit, quantity: part.quantity))
        }
        let sku = try FaultScript.named(line, "sku", place)
        return Position(sku: sku, unit: unit, quantity: quantity, kit: components)
    }

    private static func taking(_ item: JsonObject, _ place: String) throws(SimulatorFault) -> StockTaking {
        if let seconds = FaultScript.whole(item, "takesStockAfterSeconds") {
            return .afterSeconds(Int64(seconds))
        }
        if let requests = FaultScript.whole(item, "takesStockAfterRequests") {
            return .afterRequests(requests)
        }
        switch item["takesStock"]?.text {
        case nil, "now": return .now
        case "later": return .later
        case "never": return .never
        case let name?: throw .badFile(place: place, problem: "takes stock \"\(name)\", which is unknown")
        }
    }
}

extension FaultScript {
    /// What is to become of an order.
    static func step(_ item: JsonObject, _ place: String) throws(SimulatorFault) -> OrderStep {
        let name = try named(item, "step", place)
        switch name {
        case "commit": return .commit
        case "beginCheckout": return .beginCheckout
        case "flushCheckout": return .flushCheckout
        case "finishCheckout": return .finishCheckout
        case "failPayment": return .failPayment
        case "delete": return .delete
        case "externalId": return .setExternalId(item["externalId"]?.text)
        default:
            guard let status = OrderStatus(rawValue: name) else {
                throw .badFile(place: place, problem: "has the unknown step \"\(name)\"")
            }
            return .setStatus(status)
        }
    }
}
