import InventoryCore

extension SettingsDecoder {
    /// The sections `sites`, `safety_stock` and `fences`, reviewed as a whole.
    ///
    /// `units` tell the finest step that a rule may fill in, `quotaCounts` whose purchases count against
    /// quotas.
    func rules(
        _ root: inout Section,
        units: UnitSettings,
        quotaCounts: QuotaCount? = nil,
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
            let problems = RuleProblem.all(
                in: rules,
                granularity: units.granularity,
                quotaCounts: quotaCounts
            )
            places.report(
                problems.filter { problem in
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

    var stockRange: ClosedRange<Quantity> { .zero...Quantity(millionths: .max) }

    func rulePlace(_ place: MarkedNode.Place) -> RulePlace { RulePlace(file: log.file, line: place.line) }
}
