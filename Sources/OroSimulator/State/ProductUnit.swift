/// A unit that products can be sold in, as the shop's administrator set it up.
struct ProductUnit: Sendable {
    let code: String
    let label: String
    let shortLabel: String
    let pluralLabel: String
    let shortPluralLabel: String
    let defaultPrecision: Int

    init(
        _ code: String,
        _ label: String,
        _ shortLabel: String,
        plural pluralLabel: String,
        _ shortPluralLabel: String,
        precision: Int = 0
    ) {
        self.code = code
        self.label = label
        self.shortLabel = shortLabel
        self.pluralLabel = pluralLabel
        self.shortPluralLabel = shortPluralLabel
        defaultPrecision = precision
    }

    /// The units of a fresh installation, in the order the API lists them.
    static let installed = [
        ProductUnit("each", "each", "ea", plural: "each", "ea"),
        ProductUnit("hour", "hour", "hr", plural: "hours", "hrs"),
        ProductUnit("item", "item", "item", plural: "items", "items"),
        ProductUnit("kg", "kilogram", "kg", plural: "kilograms", "kgs", precision: 3),
        ProductUnit("piece", "piece", "pc", plural: "pieces", "pcs"),
        ProductUnit("set", "set", "set", plural: "sets", "sets"),
    ]
}
