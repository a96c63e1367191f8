/// Says in exceptions about unknown locations and units which known ones were probably meant.
///
/// Each name is looked for once, however many SKUs have it.
package struct NearHints: Sendable {
    private let rules: RuleSet
    private let units: UnitTable
    private var locations: [Location: NearName?] = [:]
    private var general: [StockUnit: NearName?] = [:]

    package init(rules: RuleSet, units: UnitTable) {
        (self.rules, self.units) = (rules, units)
    }

    /// Gives the exception with the hint in its message, where there is one.
    package mutating func adding(to exception: InventoryException) -> InventoryException {
        let near: NearName?
        switch exception.code {
        case .unknownLocation: near = exception.subject.location.flatMap { self.near($0) }
        case .unknownUnit: near = exception.subject.unit.flatMap { self.near($0, of: exception.subject.sku) }
        default: return exception
        }
        guard let near else { return exception }
        return InventoryException(
            code: exception.code,
            subject: exception.subject,
            stock: exception.stock,
            message: "\(exception.message) \(near.sentence)"
        )
    }

    private mutating func near(_ location: Location) -> NearName? {
        if let met = locations[location] { return met }
        let near = rules.near(location)
        locations[location] = .some(near)
        return near
    }

    private mutating func near(_ unit: StockUnit, of sku: SKU?) -> NearName? {
        if let sku, units.hasOwn(sku) { return units.near(unit, of: sku) }
        if let met = general[unit] { return met }
        let near = units.near(unit)
        general[unit] = .some(near)
        return near
    }
}

extension UnitTable {
    /// Gives the declared unit of the ERP that an unknown one was probably meant to be.
    func near(_ unit: StockUnit, of sku: SKU? = nil) -> NearName? {
        var names = NearNames(of: [unit.text])
        for conversion in conversions(of: sku) { names.meet(conversion.erp.text) }
        return names[unit.text]
    }
}

extension RuleSet {
    /// Gives the location, or the pattern of locations, that an unknown one was probably meant to be.
    func near(_ location: Location) -> NearName? {
        var names = NearNames(of: [location.text])
        let globs = sites.flatMap(\.locations) + fences.flatMap(\.locations)
        for glob in globs where glob.isExact { names.meet(glob.text) }
        if let near = names[location.text] { return near }
        let tries: [[NameDifference]] = [[.capitals], [.blanks], [.capitals, .blanks]]
        for differences in tries {
            let kept = Set(NameDifference.allCases).subtracting(differences)
            var (name, pattern) = (NameFolding(), NameFolding())
            name.fold(location.text, keeping: kept)
            let found = globs.first { glob in
                guard !glob.isExact else { return false }
                pattern.fold(glob.text, keeping: kept)
                return Glob(String(decoding: pattern.bytes, as: UTF8.self)).matches(name.bytes.span)
            }
            if let found { return NearName(name: found.text, differences: differences) }
        }
        return nil
    }
}
