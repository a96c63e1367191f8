import InventoryCore
import SnapshotFormats

/// Reads the names in events by the rules of the source's columns, as those in its deliveries are.
struct EventNames {
    private var skus: KeyNormaliser
    private var locations: KeyNormaliser
    private var units: KeyNormaliser
    private let location: String?
    private let unit: String?

    init(_ columns: ColumnMapping) {
        func normaliser(_ rule: ColumnRule?) -> KeyNormaliser {
            // Names arrive as Unicode, whatever the files are written in.
            KeyNormaliser(rule: rule ?? ColumnRule(anyOf: []), encoding: .utf8, remembered: 256)
        }
        skus = normaliser(columns.sku)
        locations = normaliser(columns.location)
        units = normaliser(columns.unit)
        location = columns.location?.constant
        unit = columns.unit?.constant
    }

    /// Gives the event with the names that a delivery's row would have.
    ///
    /// What a delivery has as a constant stands in where the event states nothing.
    ///
    /// - Returns: nothing where a name cannot be a part of a key.
    mutating func normalised(_ event: StockEvent) -> StockEvent? {
        var sku = event.sku
        if let stated = sku {
            guard let text = EventNames.read(stated.text, &skus), !text.isEmpty else { return nil }
            sku = SKU(text)
        }
        var place = event.location
        if let stated = place {
            guard let text = EventNames.read(stated.text, &locations) else { return nil }
            place = Location(text)
        }
        guard let unitText = EventNames.read(event.unit.text, &units) else { return nil }
        return StockEvent(
            identity: event.identity,
            event.statement,
            sku: sku,
            location: place ?? (event.statement == .hint ? nil : Location(location ?? "")),
            unit: StockUnit(unitText.isEmpty ? unit ?? "" : unitText),
            asOf: event.asOf,
            version: event.version
        )
    }

    private static func read(_ text: String, _ normaliser: inout KeyNormaliser) -> String? {
        var text = text
        let reading = text.withUTF8 { normaliser.read($0) }
        guard let reading, reading.isAllowed else { return nil }
        return reading.text
    }
}

extension ColumnRule {
    fileprivate var constant: String? {
        if case .constant(let text) = source { text } else { nil }
    }
}
