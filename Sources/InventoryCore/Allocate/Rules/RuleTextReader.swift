/// Why a stored rule text cannot be read: it is damaged, or another version wrote it in another form.
package struct RuleTextError: Error, Hashable, Sendable {
    /// Counted from 1.
    package let line: Int
}

/// Reads what `RuleText` writes.
struct RuleTextReader {
    private(set) var sites: [Site] = []
    private(set) var safety: [SafetyRule] = []
    private(set) var fences: [Fence] = []
    private(set) var units = UnitTable()
    private(set) var publishUnits = PublishUnits.primary
    private(set) var quotaCounts = QuotaCount.level

    private var lines: [[String]]
    private var next = 0

    init(_ text: RuleText) throws(RuleTextError) {
        lines = try RuleTextReader.lines(of: text.bytes)
        var general: [UnitConversion] = []
        var own: [(SKU, UnitConversion)] = []
        while let fields = take("site", 4) { sites.append(try site(fields)) }
        while let fields = take("safety", 1) {
            let quantity = try quantity(fields[0])
            let match = try match()
            safety.append(SafetyRule(match: match.sku, site: match.site, quantity: quantity))
        }
        while let fields = take("fence", 4) { fences.append(try fence(fields)) }
        while let fields = take("unit", 3) { general.append(try conversion(fields)) }
        while let fields = take("ignored_rate", 1) {
            guard let place = general.firstIndex(where: { $0.erp == StockUnit(fields[0]) }) else {
                throw damaged
            }
            let unit = general[place]
            general[place] = UnitConversion(
                erp: unit.erp,
                perBase: unit.perBase,
                shop: unit.shop,
                ignoresShopRate: true
            )
        }
        units = UnitTable(general: general)
        while let owner = take("article", 1) {
            while let fields = take("own_unit", 3) { own.append((SKU(owner[0]), try conversion(fields))) }
        }
        for (sku, conversion) in own where !units.add(conversion, to: sku) { throw damaged }
        if take("mirror", 0) != nil { publishUnits = .mirror }
        if take("split", 0) != nil {
            var percentages: [StockUnit: Quantity] = [:]
            while let fields = take("part", 2) { percentages[StockUnit(fields[0])] = try quantity(fields[1]) }
            publishUnits = .split(percentages)
        }
        if let fields = take("quota_counts", 1) {
            guard let counts = QuotaCount(rawValue: fields[0]) else { throw damaged }
            quotaCounts = counts
        }
        guard next == lines.count else { throw damaged }
    }

    private var damaged: RuleTextError { RuleTextError(line: next + 1) }

    /// Splits the text into lines and fields, using the length in front of each field.
    private static func lines(of bytes: [UInt8]) throws(RuleTextError) -> [[String]] {
        var lines: [[String]] = []
        var fields: [String] = []
        var at = 0
        while at < bytes.count {
            var length = 0
            let start = at
            while at < bytes.count, at - start < 10, (0x30...0x39).contains(bytes[at]) {
                length = length * 10 + Int(bytes[at] - 0x30)
                at += 1
            }
            let end = at + 1 + length
            guard at > start, end < bytes.count, bytes[at] == UInt8(ascii: ":") else {
                throw RuleTextError(line: lines.count + 1)
            }
            fields.append(String(decoding: bytes[at + 1..<end], as: UTF8.self))
            at = end + 1
            switch bytes[end] {
            case UInt8(ascii: "\t"): continue
            case UInt8(ascii: "\n"):
                lines.append(fields)
                fields = []
            default: throw RuleTextError(line: lines.count + 1)
            }
        }
        guard fields.isEmpty else { throw RuleTextError(line: lines.count + 1) }
        return lines
    }

    /// Takes the next line if it is of this kind, and gives the fields after the kind.
    private mutating func take(_ kind: String, _ count: Int) -> [String]? {
        guard next < lines.count, lines[next].first == kind, lines[next].count == count + 1 else {
            return nil
        }
        defer { next += 1 }
        return Array(lines[next].dropFirst())
    }

    private func stated(_ field: String) -> String? {
        field.hasPrefix("=") ? String(field.dropFirst()) : nil
    }

    private func quantity(_ text: String) throws(RuleTextError) -> Quantity {
        do {
            return try Quantity(decimal: text)
        } catch {
            throw damaged
        }
    }

    private func quantity(stated field: String) throws(RuleTextError) -> Quantity? {
        guard let text = stated(field) else { return nil }
        return try quantity(text)
    }

    private func instant(stated field: String) throws(RuleTextError) -> Timestamp? {
        guard let text = stated(field) else { return nil }
        guard let instant = Timestamp(rfc3339: text) else { throw damaged }
        return instant
    }

    private func conversion(_ fields: [String]) throws(RuleTextError) -> UnitConversion {
        guard let perBase = Ratio(text: fields[1]) else { throw damaged }
        return UnitConversion(erp: StockUnit(fields[0]), perBase: perBase, shop: StockUnit(fields[2]))
    }

    private mutating func globs(_ kind: String) -> [Glob] {
        var globs: [Glob] = []
        while let fields = take(kind, 1) { globs.append(Glob(fields[0])) }
        return globs
    }

    private mutating func site(_ fields: [String]) throws(RuleTextError) -> Site {
        guard let shrink = Site.Shrink(rawValue: fields[2]) else { throw damaged }
        return Site(
            id: SiteID(fields[0]),
            locations: globs("location"),
            netting: fields[1] == "true",
            shrink: shrink,
            warehouse: stated(fields[3])
        )
    }

    private mutating func match() throws(RuleTextError) -> (sku: SKUMatcher, site: SiteID?) {
        guard let fields = take("match", 3) else { throw damaged }
        let site = stated(fields[2]).map { SiteID($0) }
        switch fields[0] {
        case "any": return (.any, site)
        case "exact": return (.exact(SKU(fields[1])), site)
        case "glob": return (.glob(Glob(fields[1])), site)
        case "list":
            var skus: Set<SKU> = []
            while let listed = take("listed", 1) { skus.insert(SKU(listed[0])) }
            return (.list(name: fields[1], skus: skus), site)
        default: throw damaged
        }
    }

    private mutating func fence(_ fields: [String]) throws(RuleTextError) -> Fence {
        guard let rank = Int(fields[2]) else { throw damaged }
        let target = fields[3].split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
        let publish: PublishTarget
        switch (target[0], target.count) {
        case ("withhold", 1): publish = .withhold
        case ("warehouse", 2): publish = .warehouse(String(target[1]))
        case ("sku_alias", 2): publish = .skuAlias(String(target[1]))
        default: throw damaged
        }
        let own = globs("own")
        var rules: [FenceRule] = []
        while let fields = take("rule", 6) { rules.append(try rule(fields)) }
        return Fence(
            id: FenceID(fields[0]),
            customerGroup: fields[1],
            rank: rank,
            locations: own,
            publish: publish,
            rules: rules
        )
    }

    private mutating func rule(_ fields: [String]) throws(RuleTextError) -> FenceRule {
        let parts = fields[0].split(separator: " ", omittingEmptySubsequences: false)
        guard parts.count == 2 else { throw damaged }
        let held = try quantity(String(parts[1]))
        let hold: FenceRule.Hold
        switch parts[0] {
        case "floor": hold = .floor(held)
        case "quota": hold = .quota(held)
        case "percent": hold = .percent(held)
        default: throw damaged
        }
        let validity = Validity(from: try instant(stated: fields[4]), until: try instant(stated: fields[5]))
        let period = try period()
        let match = try match()
        return FenceRule(
            match: match.sku,
            site: match.site,
            hold: hold,
            min: try quantity(stated: fields[1]),
            max: try quantity(stated: fields[2]),
            step: try quantity(stated: fields[3]),
            validity: validity,
            period: period
        )
    }

    private mutating func period() throws(RuleTextError) -> QuotaPeriod? {
        guard let fields = take("period", 2) else { return nil }
        guard let unit = QuotaPeriod.Unit(rawValue: fields[0]) else { throw damaged }
        return QuotaPeriod(unit, zone: fields[1])
    }
}
