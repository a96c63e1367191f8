import InventoryCore

extension SettingsDecoder {
    /// The section `oro`; nothing where its URL is missing or wrong.
    func oro(_ section: Section) -> OroSettings? {
        var section = section
        let urlField = section.required("url", hint: "Give the shop's root, as in https://shop.example.")
        let url = urlField.flatMap { shopURL($0) }
        var settings = OroSettings(url: url ?? "")
        credentials(&section, into: &settings)
        if let prefix = section.field("backend_prefix").flatMap({ backendPrefix($0) }) {
            settings.backendPrefix = prefix
        }
        if let url, let urlField { refuseBelowRoot(urlField, url, settings.backendPrefix) }
        settings.publishUnits = section.field("publish_units").flatMap(publishUnits) ?? .primary
        let statuses = [("keep", false), ("restore", true)]
        settings.restoresInStock = section.field("inventory_status")?.choice(statuses) ?? false
        if let fresh = section.field("names_fresh")?.seconds(in: 60...30 * 86400) {
            settings.namesFreshSeconds = Int64(fresh)
        }
        if let push = section.section("push") { settings.push = self.push(push) }
        if let timeouts = section.section("timeouts") { settings.timeouts = self.timeouts(timeouts) }
        settings.caFile = section.field("ca_file")?.name()
        settings.proxy = proxy(&section)
        section.finish()
        return url == nil ? nil : settings
    }

    private func shopURL(_ field: Field) -> String? {
        guard let url = webAddress(field, example: "https://shop.example") else { return nil }
        let host = url.drop { $0 != "/" }.dropFirst(2).prefix { $0 != "/" }
        let isLoopback = ["127.", "localhost", "[::1]"].contains { host.hasPrefix($0) }
        if url.hasPrefix("http://"), !isLoopback {
            log.warn(
                .unencrypted,
                at: field.place,
                field.path,
                "The client secret would travel to \(Spelling.quoted(String(host))) unencrypted.",
                hint: "Use https://."
            )
        }
        return url
    }

    /// The path of the back office; it becomes a part of every address.
    private func backendPrefix(_ field: Field) -> String? {
        guard let prefix = field.name(bytesMax: 200) else { return nil }
        let isPath = prefix.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && ![0x3F, 0x23, 0x5C].contains($0) }
        guard isPath, !prefix.contains("://"), !prefix.hasSuffix("/api") else {
            field.refuse(
                "\(Spelling.quoted(prefix)) is not the path of a back office.",
                hint: "Write the path only, as in /admin, without host and without /api."
            )
            return nil
        }
        return prefix
    }

    /// An address below the root is a shop too, and answers 404 to everything.
    private func refuseBelowRoot(_ field: Field, _ url: String, _ prefix: String) {
        guard let path = ShopPath.belowRoot(of: url, backendPrefix: prefix) else { return }
        field.refuse(
            "\(Spelling.quoted(url)) is not the shop's root.",
            hint: "Leave \(path) away; where the back office lies is said by oro.backend_prefix."
        )
    }

    /// An http or https URL without a login, a query or a fragment; what follows is the client's to judge.
    private func webAddress(_ field: Field, example: String) -> String? {
        guard let url = field.text() else { return nil }
        // A login in the URL is a secret: such a value is not shown.
        guard !url.contains("@") else {
            field.refuse("The address contains a login.", hint: "Remove everything up to the @ sign.")
            return nil
        }
        guard url.hasPrefix("http://") || url.hasPrefix("https://") else {
            field.refuse(
                "\(Spelling.quoted(url)) begins with neither http:// nor https://.",
                hint: "Write it as in \(example)."
            )
            return nil
        }
        let host = url.drop { $0 != "/" }.dropFirst(2).prefix { $0 != "/" }
        let isPlain = url.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
        guard !host.isEmpty, isPlain, !url.contains("?"), !url.contains("#"), url.utf8.count <= 2000 else {
            field.refuse(
                "\(Spelling.quoted(url)) is not a plain address.",
                hint: "Write scheme, host and port only, as in \(example)."
            )
            return nil
        }
        return url
    }

    private func push(_ section: Section) -> OroSettings.Push {
        var section = section
        var push = OroSettings.Push()
        let modes = OroSettings.Push.Mode.allCases.map { ($0.rawValue, $0) }
        push.mode = section.field("mode")?.choice(modes) ?? push.mode
        if let batch = section.field("batch_records")?.integer(in: 1...2000) { push.batchRecords = batch }
        if let patience = section.field("patience")?.seconds(in: 0.1...86400) {
            push.patienceSeconds = patience
        }
        if let settle = section.field("settle")?.seconds(in: 0.1...86400) { push.settleSeconds = settle }
        if let first = section.field("first")?.items() { push.priority.first = first.compactMap(listedFirst) }
        if var concurrency = section.section("concurrency") {
            let max = concurrency.field("max")
            push.concurrencyMin = concurrency.field("min")?.integer(in: 1...64) ?? push.concurrencyMin
            push.concurrencyMax =
                max?.integer(in: 1...64) ?? Swift.max(push.concurrencyMin, push.concurrencyMax)
            if push.concurrencyMax < push.concurrencyMin {
                max?.refuse("max is below min.", hint: "Requests in flight go from min to max.")
            }
            concurrency.finish()
        }
        push.storefront = section.section("storefront").flatMap(storefront)
        section.finish()
        return push
    }

    /// SKUs by name, pattern or list.
    private func listedFirst(_ field: Field) -> SKUMatcher? {
        guard var section = field.section() else { return nil }
        let found = skus(&section)
        section.finish()
        if found == nil {
            field.refuse("No SKU is named.", hint: "Write { sku: \"AB-*\" } or { sku_file: first.txt }.")
        }
        return found
    }

    private func storefront(_ section: Section) -> OroSettings.Push.Storefront? {
        var section = section
        defer { section.finish() }
        let example = "https://shop.example/product/view/1"
        let hint = "Give a page that shoppers open, as in \(example)."
        let url = section.required("url", hint: hint).flatMap { webAddress($0, example: example) }
        let p95Max = section.field("p95_max")?.seconds(in: 0.01...60)
        guard let url else { return nil }
        var storefront = OroSettings.Push.Storefront(url: url)
        if let p95Max { storefront.p95MaxSeconds = p95Max }
        return storefront
    }

    private func timeouts(_ section: Section) -> OroSettings.Timeouts {
        var section = section
        var timeouts = OroSettings.Timeouts()
        func read(_ key: String, into seconds: inout Double) {
            if let value = section.field(key)?.seconds(in: 0.1...600) { seconds = value }
        }
        read("connect", into: &timeouts.connectSeconds)
        read("token", into: &timeouts.tokenSeconds)
        read("write", into: &timeouts.writeSeconds)
        read("batch", into: &timeouts.batchSeconds)
        read("read", into: &timeouts.readSeconds)
        section.finish()
        return timeouts
    }

    private func publishUnits(_ field: Field) -> PublishUnits? {
        guard case .mapping = field.node.content else {
            let words: [(String, PublishUnits?)] = [
                ("primary", .primary), ("mirror", .mirror), ("split", nil),
            ]
            guard let choice = field.choice(words) else { return nil }
            if choice == nil {
                field.refuse("split needs shares.", hint: "Write { split: { item: 70, case: 30 } }.")
            } else if choice == .mirror {
                log.warn(
                    .shownTwice,
                    at: field.place,
                    field.path,
                    "mirror shows the same stock once a unit: it can oversell until the next run.",
                    hint: "Use primary or split where that matters."
                )
            }
            return choice
        }
        guard var section = field.section() else { return nil }
        defer { section.finish() }
        let shares = section.required("split", hint: "Write { split: { item: 70, case: 30 } }.")
        return shares.flatMap(split)
    }

    /// The shares of `split`, with what they leave out as warnings.
    private func split(_ shares: Field) -> PublishUnits? {
        guard var units = shares.section() else { return nil }
        var split: [StockUnit: Quantity] = [:]
        for (name, _, share) in units.named() {
            let percent = share.quantity(in: .zero...Quantity(units: 100))
            if let percent { split[StockUnit(name)] = percent }
        }
        let rest = Quantity(units: 100).millionths - split.values.reduce(0) { $0 + $1.millionths }
        if split.isEmpty {
            shares.refuse("No unit has a share.", hint: "Write { split: { item: 70, case: 30 } }.")
        } else if rest < 0 {
            let total = Quantity(millionths: Quantity(units: 100).millionths - rest)
            shares.refuse(
                "The shares add up to \(total) %, which is more than there is.",
                hint: "Keep their sum at 100 or below."
            )
        } else {
            warnOfShares(shares, rest: Quantity(millionths: rest))
        }
        return .split(split)
    }

    private func warnOfShares(_ shares: Field, rest: Quantity) {
        log.warn(
            .shownNowhere,
            at: shares.place,
            shares.path,
            "Where a product lacks one of these units, that unit's share of its stock is shown nowhere, and "
                + "nobody can buy it.",
            hint: "Give every product all of these units in the shop, or use primary; check names products "
                + "that lack one."
        )
        guard rest > .zero else { return }
        let total = Quantity(millionths: Quantity(units: 100).millionths - rest.millionths)
        log.warn(
            .shownNowhere,
            at: shares.place,
            shares.path,
            "The shares add up to \(total) %: the other \(rest) % of all stock are shown nowhere.",
            hint: "Raise a share where that is not meant."
        )
    }

    private func proxy(_ section: inout Section) -> Credential? {
        let key = section.only(oneOf: ["proxy", "proxy_env"])
        guard let key, let field = section.field(key) else { return nil }
        let source: Credential.Source?
        if key == "proxy" {
            source = webAddress(field, example: "http://proxy.example:3128").map { .value($0) }
        } else {
            source = variableName(field).map { .environment($0) }
        }
        return source.map { Credential($0, file: log.file, place: field.place, keyPath: field.path) }
    }
}
