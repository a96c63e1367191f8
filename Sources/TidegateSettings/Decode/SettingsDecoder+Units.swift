import InventoryCore

extension SettingsDecoder {
    /// The keys `units` and `units_file`.
    func unitSettings(_ root: inout Section) -> UnitSettings {
        var settings = UnitSettings()
        var places: [StockUnit: MarkedNode.Place] = [:]
        for item in root.field("units")?.items() ?? [] {
            guard var section = item.section() else { continue }
            // The empty unit is the one of sources that have no unit column.
            let erp = section.required("erp", hint: "Name the unit as the ERP writes it.")?.text()
            let perBase = section.required("per_base", hint: "Say how many base units it holds.").flatMap(
                ratio
            )
            let oro = section.required("oro", hint: "Name the unit's code in OroCommerce.")?.name(
                bytesMax: 255
            )
            let precision = section.field("precision")?.integer(in: 0...6) ?? 0
            let ignoresShopRate = section.field("ignore_shop_rate")?.flag() ?? false
            section.finish()
            guard let erp, let perBase, let oro else { continue }
            if let first = places[StockUnit(erp)] {
                item.refuse(
                    "The ERP unit \(Spelling.quoted(erp)) is mapped in line \(first.line) already.",
                    hint: "Keep one of them; what differs for some SKUs goes into units_file."
                )
                continue
            }
            places[StockUnit(erp)] = item.place
            let conversion = UnitConversion(
                erp: StockUnit(erp),
                perBase: perBase,
                shop: StockUnit(oro),
                ignoresShopRate: ignoresShopRate
            )
            settings.conversions.append(conversion)
            let unit = SellableUnit(
                unit: conversion.shop,
                perBase: perBase,
                precision: precision,
                isPrimary: false
            )
            settings.granularity = min(settings.granularity ?? unit.granularity, unit.granularity)
        }
        settings.listPath = root.field("units_file")?.name()
        if settings.listPath != nil { settings.granularity = nil }
        return settings
    }

    private func ratio(_ field: Field) -> Ratio? {
        guard let text = field.text("a number or a fraction") else { return nil }
        if let ratio = Ratio(text: text) { return ratio }
        field.refuse(
            "\(Spelling.quoted(text)) is no factor above 0.",
            hint: "Write an exact decimal or a fraction, such as 12, 0.25 or \"1/1000\"."
        )
        return nil
    }
}
