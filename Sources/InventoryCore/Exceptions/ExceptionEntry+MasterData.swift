// What the owners of products, units and rules of the shop mend, and what finance does.

extension ExceptionEntry {
    static let unknownSKU = ExceptionEntry(
        .notice,
        .masterData,
        meaning: "The shop has no such product.",
        firstStep: "Create the product in OroCommerce, or exclude the SKU in the ERP export.",
        ending: "The product is in the shop, or no source states the SKU any more.",
        retry: .figures
    )
    static let unknownLevel = ExceptionEntry(
        .warning,
        .masterData,
        isByUnit: true,
        meaning: "The product is there and has no level in this unit; a deleted level comes back by import.",
        firstStep:
            "Import the level in OroCommerce, add the unit to the product, or map it under `units`.",
        ending: "The shop has the level, or nothing is to be written to it any more.",
        retry: .figures
    )
    static let duplicateLevel = ExceptionEntry(
        .warning,
        .masterData,
        meaning: "The shop has two levels of one product and unit; both were asked for together.",
        firstStep: "Delete the second inventory level of this product and unit in OroCommerce.",
        ending: "An audit finds one level only."
    )
    static let figureStranded = ExceptionEntry(
        .critical,
        .masterData,
        meaning: "A level that was written has another name now, which no source states, and sells on.",
        firstStep: "State the new SKU in the ERP, rename the product back, or set its level in OroCommerce.",
        ending: "A source states the name, or an audit finds another figure there."
    )
    static let unknownUnit = ExceptionEntry(
        .warning,
        .masterData,
        isByUnit: true,
        meaning: "The ERP unit has no factor.",
        firstStep: "Add the ERP unit under `units` with its factor and the OroCommerce unit.",
        ending: "The unit has a factor, or no row has it any more.",
        retry: .figures
    )
    static let stockUnitUnknown = ExceptionEntry(
        .warning,
        .masterData,
        isByUnit: true,
        meaning: "Rows of these positions are in a unit without a factor.",
        firstStep: "Add the unit under `units` with its factor, or correct it in the ERP.",
        ending: "The next delivery states each of the positions clearly.",
        retry: .source
    )
    static let stockCollision = ExceptionEntry(
        .warning,
        .masterData,
        meaning: "Two keys of the export become one when they are normalised.",
        firstStep:
            "Look at the two keys in the export; switch the normalisation off, or rename one in the ERP.",
        ending: "The next delivery states each of the positions clearly.",
        retry: .source
    )
    static let unitFactorsDiffer = ExceptionEntry(
        .warning,
        .masterData,
        isByUnit: true,
        meaning: "Configuration and shop disagree on what a unit of the SKU holds.",
        firstStep:
            "Correct the factor at the shop or under `units`; `ignore_shop_rate: true` if the shop is wrong.",
        ending: "Both say the same.",
        retry: .figures
    )
    static let orderUnitUnknown = ExceptionEntry(
        .warning,
        .masterData,
        isByUnit: true,
        meaning: "Something was ordered in a unit without a factor; the SKU's figures do not rise.",
        firstStep:
            "Add the ordered unit under `units` with its factor; until then the SKU's figures do not rise.",
        ending: "The unit has a factor, or the order does not count any more.",
        retry: .figures
    )
    static let quantityTooLarge = ExceptionEntry(
        .warning,
        .finance,
        meaning: "More than ten integer digits, which the shop cannot store; it is never sent.",
        firstStep: "Correct the quantity in the ERP; it is beyond ten digits.",
        ending: "The ERP states a quantity that can be stored.",
        retry: .figures
    )
}
