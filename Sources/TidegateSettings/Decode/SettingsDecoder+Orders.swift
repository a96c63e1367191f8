import InventoryCore
import SnapshotFormats

extension SettingsDecoder {
    /// The section `orders`.
    func orders(_ section: Section, _ sources: [SourceSettings]) -> OrderSettings {
        var section = section
        var orders = OrderSettings()
        if var read = section.section("read") {
            orders.everySeconds = read.field("every")?.seconds(in: 1...3600) ?? orders.everySeconds
            orders.since = read.field("since")?.timestamp()
            read.finish()
        }
        let states = [OrderAcknowledgement.State.booked, .shipped].map { ($0.rawValue, $0) }
        orders.acknowledge = section.field("acknowledge")?.choice(states) ?? orders.acknowledge
        if let list = section.field("by") { takeProofs(list, into: &orders) }
        orders.graceSeconds = whole(section.field("grace"), in: 0...86400) ?? orders.graceSeconds
        orders.deadlineSeconds =
            whole(section.field("deadline"), in: 60...31_536_000) ?? orders.deadlineSeconds
        orders.staleAfterSeconds =
            whole(section.field("stale_after"), in: 10...604_800) ?? orders.staleAfterSeconds
        orders.exportTakesSeconds =
            whole(section.field("export_takes"), in: 0...604_800) ?? orders.exportTakesSeconds
        let counts = QuotaCount.allCases.map { ($0.rawValue, $0) }
        orders.quotaCounts = section.field("quota_counts")?.choice(counts) ?? orders.quotaCounts
        let kits = LedgerRules.Kits.allCases.map { ($0.rawValue, $0) }
        orders.kits = section.field("kits")?.choice(kits) ?? orders.kits
        if var statuses = section.section("statuses") {
            let names = statuses.field("drop")?.items()?.compactMap { $0.name(bytesMax: 255) }
            orders.ended.formUnion(names ?? [])
            statuses.finish()
        }
        review(orders, section)
        requireCommitted(&orders, sources, &section)
        section.finish()
        return orders
    }

    private func whole(_ field: Field?, in range: ClosedRange<Double>) -> Int64? {
        field?.seconds(in: range).map { Int64($0.rounded(.up)) }
    }

    private func takeProofs(_ list: Field, into orders: inout OrderSettings) {
        guard let items = list.items() else { return }
        orders.proofs = []
        for item in items {
            guard case .mapping = item.node.content else {
                let words = OrderSettings.Proof.allCases.map { ($0.rawValue, $0) }
                if let proof = item.choice(words) { orders.proofs.insert(proof) }
                continue
            }
            guard var section = item.section() else { continue }
            switch section.only(oneOf: ["oro_field", "imported_within"]) {
            case "oro_field":
                let words = OrderSettings.Field.allCases.map { ($0.rawValue, $0) }
                orders.field = section.field("oro_field")?.choice(words)
            case "imported_within":
                orders.importedWithinSeconds = whole(section.field("imported_within"), in: 60...604_800)
                log.warn(
                    .doubtfulRule,
                    at: item.place,
                    item.path,
                    "That time has passed is a weak proof that the ERP knows an order.",
                    hint: "Let the ERP state the orders that it has booked, if it can."
                )
            default:
                item.refuse(
                    "Nothing says what proves that the ERP knows an order.",
                    hint: "Write ids, manifest, { oro_field: externalId } or { imported_within: 15m }.",
                    code: .missingKey
                )
            }
            section.finish()
        }
        guard orders.proofs.isEmpty, orders.field == nil, orders.importedWithinSeconds == nil else { return }
        list.refuse(
            "Nothing proves that the ERP knows an order, so none would ever leave the ledger.",
            hint: "Write by: [ids].",
            code: .missingKey
        )
    }

    /// A figure on hand contains no booked order: released at booking, it would be sold twice.
    private func requireCommitted(
        _ orders: inout OrderSettings,
        _ sources: [SourceSettings],
        _ section: inout Section
    ) {
        let figureField = section.field("figure")
        let statesAvailable = figureField?.choice([("on_hand", false), ("available", true)])
        orders.statesAvailable = statesAvailable == true
        guard orders.acknowledge == .booked, statesAvailable != true else { return }
        let silent = sources.filter { $0.format.columns.committed == nil }
        guard !silent.isEmpty else { return }
        // One that does not is enough: its figures would release what they do not contain.
        let who =
            silent.count == sources.count
            ? "No source states" : "The source \(silent[0].id) does not state"
        log.add(
            .conflictingKeys,
            at: section.has("acknowledge") ? section.keyPlace("acknowledge") : section.place,
            "\(section.path).acknowledge",
            "\(who) what is committed, so a figure on hand does not contain booked orders.",
            hint: "Write acknowledge: shipped, name the column under `columns.committed`, or write figure: "
                + "available if the ERP has taken it off already."
        )
    }

    /// Settings under which an order leaves too early, or never.
    private func review(_ orders: OrderSettings, _ section: Section) {
        func refuse(_ key: String, _ reason: String, hint: String) {
            log.add(.conflictingKeys, at: section.keyPlace(key), "\(section.path).\(key)", reason, hint: hint)
        }
        func warn(_ key: String, _ reason: String, hint: String) {
            log.warn(.doubtfulRule, at: section.keyPlace(key), "\(section.path).\(key)", reason, hint: hint)
        }
        if orders.acknowledge == .shipped, !orders.proofs.contains(.ids) {
            refuse(
                "acknowledge",
                "Only stated orders say what was shipped, so none would ever leave the ledger.",
                hint: "Add ids to `by`."
            )
        }
        if orders.importedWithinSeconds != nil, orders.proofs.isEmpty, orders.field == nil {
            warn(
                "by",
                "Nothing but a heartbeat says that the import is alive; without one no order ever leaves.",
                hint: "Have the ERP send `alive_at`, or add another proof to `by`."
            )
        }
        if let field = orders.field, [.customerNotes, .poNumber].contains(field) {
            warn(
                "by",
                "The buyer can fill \(field.rawValue) at the checkout, which then counts as booked.",
                hint: "Name a field that only the ERP's connector writes, such as externalId."
            )
        }
        if orders.ended.contains("open") {
            refuse("statuses", "An order that is open takes stock.", hint: "Take open out of `drop`.")
        }
        if orders.graceSeconds > 0, orders.everySeconds > Double(orders.graceSeconds) {
            warn(
                "read",
                "Orders are read less often than a checkout may take, so few are seen taken in time.",
                hint: "Read them more often than `grace`."
            )
        }
        if Double(orders.staleAfterSeconds) < orders.everySeconds {
            warn(
                "stale_after",
                "Orders are read less often, so figures would stop rising between two readings.",
                hint: "Give it several times `read.every`."
            )
        }
    }
}
