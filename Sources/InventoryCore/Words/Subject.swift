/// What an exception is about, field by field.
///
/// Two subjects are one where all fields are equal; the text is only for people and is never parsed, since
/// blanks and slashes are legal in every field.
package struct Subject: Hashable, Sendable {
    package let sku: SKU?
    package let unit: StockUnit?
    package let warehouse: String?
    package let location: Location?
    package let site: SiteID?
    package let source: SourceID?
    /// The id of a web order.
    package let order: String?

    /// Takes an empty text for none, and shows NUL as ␀: the database stores neither.
    package init(
        sku: SKU? = nil,
        unit: StockUnit? = nil,
        warehouse: String? = nil,
        location: Location? = nil,
        site: SiteID? = nil,
        source: SourceID? = nil,
        order: String? = nil
    ) {
        self.sku = Subject.storable(sku)
        self.unit = Subject.storable(unit)
        self.warehouse = Subject.storable(warehouse)
        self.location = Subject.storable(location)
        self.site = Subject.storable(site)
        self.source = Subject.storable(source)
        self.order = Subject.storable(order)
    }

    /// A level of the shop.
    package init(_ key: LevelKey) {
        self.init(sku: key.sku, unit: key.unit, warehouse: key.warehouse)
    }

    /// A web order.
    package init(_ order: OrderID) {
        self.init(order: order.description)
    }

    private static func storable(_ text: String?) -> String? {
        guard let text, !text.isEmpty else { return nil }
        return text.utf8.contains(0) ? text.replacing("\0", with: "\u{2400}") : text
    }

    private static func storable<Name: ByteText>(_ name: Name?) -> Name? {
        guard let name, !name.text.isEmpty else { return nil }
        return name.text.utf8.contains(0) ? storable(name.text).map { Name($0) } : name
    }
}

extension Subject: CustomStringConvertible {
    /// For people: `AB-1 / item / Leeds`, `AB-1 WH-1`, `WH-1 (erp)`.
    package var description: String {
        var parts: [String] = []
        let level = [sku?.text, unit?.text, warehouse].compactMap(\.self)
        if !level.isEmpty { parts.append(level.joined(separator: " / ")) }
        parts += [location?.text, site?.text].compactMap(\.self)
        if let order { parts.append("order \(order)") }
        if let source { parts.append(parts.isEmpty ? source.text : "(\(source))") }
        return parts.joined(separator: " ")
    }
}

extension JSONLine {
    /// Writes the subject's text as `subject`, and beside it each field under its own name.
    package mutating func fields(_ subject: Subject) {
        field("subject", subject.description)
        field("sku", subject.sku?.text)
        field("unit", subject.unit?.text)
        field("warehouse", subject.warehouse)
        field("location", subject.location?.text)
        field("site", subject.site?.text)
        field("source", subject.source?.text)
        if let order = subject.order { field("order", order) }
    }
}
