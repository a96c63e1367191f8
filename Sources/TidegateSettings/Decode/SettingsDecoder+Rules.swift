import InventoryCore

extension SettingsDecoder {
    /// The sections `sites`, `safety_stock` and `fences`, reviewed as a whole.
    ///
    /// `units` tell the finest step that a rule may fill in.
    func rules(
        _ root: inout Section,
        units: UnitSettings,
        locations: RulesFile.Locations = .inSites
    ) -> RuleSet {
        var places = RulePlaces(log: log)
        let problemsBefore = log.problems.count
        var sites: [Site] = []
        if var section = root.section("sites") {
            for (name, keyPlace, field) in section.named() {
                if let site = site(name, keyPlace, field) { sites.append(site) }
                places.note(keyPlace, field.path)
            }
        }
        var safety: [SafetyRule] = []
        for item in root.field("safety_stock")?.items() ?? [] {
            if let rule = safetyRule(item) { safety.append(rule) }
            places.note(item.place, item.path)
        }
        var fences: [Fence] = []
        if var section = root.section("fences") {
            for (name, keyPlace, field) in section.named() {
                if let fence = fence(name, keyPlace, field, places: &places) { fences.append(fence) }
                places.note(keyPlace, field.path)
            }
        }
        let rules = RuleSet(sites: sites, safety: safety, fences: fences)
        // With parts unreadable, a review would report mistakes that are not there.
        if log.problems.count == problemsBefore {
            places.report(
                RuleProblem.all(in: rules, granularity: units.granularity).filter { problem in
                    guard locations == .inPositions else { return true }
                    let isKnownLater = problem.code == .unknownSite && sites.isEmpty
                    return problem.code != .locationWithoutSite && !isKnownLater
                }
            )
        }
        return rules
    }

    private func site(_ name: String, _ keyPlace: MarkedNode.Place, _ field: Field) -> Site? {
        guard var section = field.section() else { return nil }
        let shrinks = Site.Shrink.allCases.map { ($0.rawValue, $0) }
        let site = Site(
            id: SiteID(name),
            locations: globs(section.field("locations")),
            netting: section.field("netting")?.flag() ?? false,
            shrink: section.field("shrink")?.choice(shrinks) ?? .rank,
            warehouse: section.field("warehouse")?.name(bytesMax: 255),
            place: rulePlace(keyPlace)
        )
        section.finish()
        return site
    }

    private func safetyRule(_ field: Field) -> SafetyRule? {
        guard var section = field.section() else { return nil }
        let match = match(&section)
        let quantity = section.required("quantity", hint: "Say how much is held back.")?.quantity(
            in: stockRange
        )
        section.finish()
        guard let quantity else { return nil }
        return SafetyRule(
            match: match.sku,
            site: match.site,
            quantity: quantity,
            place: rulePlace(field.place)
        )
    }

    private func fence(
        _ name: String,
        _ keyPlace: MarkedNode.Place,
        _ field: Field,
        places: inout RulePlaces
    ) -> Fence? {
        guard var section = field.section() else { return nil }
        var rules: [FenceRule] = []
        for item in section.field("rules")?.items() ?? [] {
            if let rule = fenceRule(item) { rules.append(rule) }
            places.note(item.place, item.path)
        }
        let fence = Fence(
            id: FenceID(name),
            customerGroup: section.field("customer_group")?.name(bytesMax: 255) ?? "",
            rank: section.required("rank", hint: "Lower ranks are served first.")?
                .integer(in: 0...1_000_000) ?? 0,
            locations: globs(section.field("locations")),
            publish: section.field("publish").flatMap(publish) ?? .withhold,
            rules: rules,
            place: rulePlace(keyPlace)
        )
        section.finish()
        return fence
    }

    private func publish(_ field: Field) -> PublishTarget? {
        guard case .mapping = field.node.content else {
            return field.choice([("withhold", PublishTarget.withhold)])
        }
        guard var section = field.section() else { return nil }
        defer { section.finish() }
        guard let key = section.only(oneOf: ["warehouse", "sku_alias"]), let target = section.field(key)
        else {
            field.refuse(
                "Nothing says where the fence is published.",
                hint: "Write withhold, { warehouse: NAME } or { sku_alias: \"{sku}-KA\" }.",
                code: .missingKey
            )
            return nil
        }
        guard let text = target.name(bytesMax: 255) else { return nil }
        return key == "warehouse" ? .warehouse(text) : .skuAlias(text)
    }

    private func globs(_ field: Field?) -> [Glob] {
        (field?.items() ?? []).compactMap { $0.name(bytesMax: 255).map { Glob($0) } }
    }

    private var stockRange: ClosedRange<Quantity> { .zero...Quantity(millionths: .max) }

    func rulePlace(_ place: MarkedNode.Place) -> RulePlace { RulePlace(file: log.file, line: place.line) }
}

extension SettingsDecoder {
    private enum HoldWord: String, CaseIterable {
        case floor
        case quota
        case percent
    }

    private func fenceRule(_ field: Field) -> FenceRule? {
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

    private func validity(_ section: inout Section) -> Validity {
        guard var section = section.section("valid") else { return .always }
        let from = section.field("from")?.timestamp()
        let until = section.field("until")?.timestamp()
        section.finish()
        return Validity(from: from, until: until)
    }

    /// The key `match`: which SKUs, at which site; everything where it is missing.
    private func match(_ section: inout Section) -> (sku: SKUMatcher, site: SiteID?) {
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
