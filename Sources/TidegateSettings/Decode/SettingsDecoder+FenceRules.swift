import InventoryCore

extension SettingsDecoder {
    private enum HoldWord: String, CaseIterable {
        case floor
        case quota
        case percent
    }

    func fenceRule(_ field: Field) -> FenceRule? {
        guard var section = field.section() else { return nil }
        let match = match(&section)
        let hold = hold(&section)
        let rule = FenceRule(
            match: match.sku,
            site: match.site,
            hold: hold ?? .floor(.zero),
            min: section.field("min")?.quantity(in: stockRange),
            max: section.field("max")?.quantity(in: stockRange),
            step: section.field("step")?.quantity(in: Quantity(millionths: 1)...Quantity(millionths: .max)),
            validity: validity(&section),
            period: period(&section, hold),
            place: rulePlace(field.place)
        )
        section.finish()
        return hold == nil ? nil : rule
    }

    private func hold(_ section: inout Section) -> FenceRule.Hold? {
        let words = HoldWord.allCases.map { ($0.rawValue, $0) }
        let wordField = section.required("hold", hint: "Write floor, quota or percent.")
        guard let wordField, let word = wordField.choice(words) else {
            _ = section.only(oneOf: ["quantity", "percent"])
            return nil
        }
        if word == .quota, warnsOfQuotas {
            log.warn(
                .quotaWithoutFeed,
                at: wordField.place,
                wordField.path,
                "hold: quota counts as floor until orders are read.",
                hint: "Write hold: floor if that is what you mean."
            )
        }
        let (key, other) = word == .percent ? ("percent", "quantity") : ("quantity", "percent")
        section.field(other)?.refuse(
            "hold: \(word.rawValue) has no \(other).",
            hint: "Write \(key), or another hold.",
            code: .conflictingKeys
        )
        guard let field = section.required(key, hint: "hold: \(word.rawValue) needs it.") else { return nil }
        switch word {
        case .floor: return field.quantity(in: stockRange).map { .floor($0) }
        case .quota: return field.quantity(in: stockRange).map { .quota($0) }
        case .percent: return field.quantity(in: .zero...Quantity(units: 100)).map { .percent($0) }
        }
    }

    /// The keys `per` and `zone`: how long a quota counts; nothing for ever.
    private func period(_ section: inout Section, _ hold: FenceRule.Hold?) -> QuotaPeriod? {
        let (perField, zoneField) = (section.field("per"), section.field("zone"))
        guard let perField else {
            zoneField?.refuse(
                "A zone says when a period begins, and the rule has none.",
                hint: "Write per: month, week or day, or remove the zone.",
                code: .conflictingKeys
            )
            return nil
        }
        if let hold, hold.kind != HoldWord.quota.rawValue {
            perField.refuse(
                "hold: \(hold.kind) counts nothing that was bought, so it has no period.",
                hint: "Write hold: quota, or remove per and zone.",
                code: .conflictingKeys
            )
            return nil
        }
        let words = QuotaPeriod.Unit.allCases.map { ($0.rawValue, Optional($0)) } + [("none", nil)]
        guard let choice = perField.choice(words) else { return nil }
        guard let unit = choice else {
            zoneField?.refuse(
                "per: none never begins anew, in no zone.",
                hint: "Remove the zone.",
                code: .conflictingKeys
            )
            return nil
        }
        guard let zoneField else { return QuotaPeriod(unit) }
        return timeZone(zoneField).map { QuotaPeriod(unit, zone: $0) }
    }

    private func validity(_ section: inout Section) -> Validity {
        guard var section = section.section("valid") else { return .always }
        let from = section.field("from")?.timestamp()
        let until = section.field("until")?.timestamp()
        section.finish()
        return Validity(from: from, until: until)
    }

    /// The key `match`: which SKUs, at which site; everything where it is missing.
    func match(_ section: inout Section) -> (sku: SKUMatcher, site: SiteID?) {
        guard var section = section.section("match") else { return (.any, nil) }
        let site = section.field("site")?.name(bytesMax: 255).map { SiteID($0) }
        let sku = skus(&section) ?? .any
        section.finish()
        return (sku, site)
    }

    /// The SKUs that a section names with `sku` or `sku_file`; nothing where it has neither.
    func skus(_ section: inout Section) -> SKUMatcher? {
        switch section.only(oneOf: ["sku", "sku_file"]) {
        case "sku": section.field("sku")?.name().map { SKUMatcher(pattern: $0) }
        case "sku_file": section.field("sku_file").flatMap(listed)
        default: nil
        }
    }

    private func listed(_ field: Field) -> SKUMatcher? {
        guard let path = field.name() else { return nil }
        do {
            return .list(name: path, skus: try lists(path))
        } catch {
            guard let first = error.problems.first else { return nil }
            let more = error.problems.count + error.omitted - 1
            field.refuse(
                "The list \(Spelling.quoted(path)) cannot be used: \(first)",
                hint: more > 0 ? "It has \(more) more problems." : "",
                code: .badList
            )
            return nil
        }
    }
}
