import Testing

@testable import OroSimulator

@Suite("The shops recorded later")
struct LaterTranscriptTests {
    @Test(
        "every transcript gets the same status, headers, body and values",
        arguments: [(Profile.v5_1, "5.1.8"), (Profile.v6_0, "6.0.8")]
    )
    func replay(profile: Profile, version: String) async throws {
        let transcripts = try Transcript.all().filter { $0.version == version }
        #expect(transcripts.count > 100)
        var options = SimulatorOptions.likeTranscripts(of: profile, role: .minimal)
        options.catalogue = .laterTranscripts
        try await ShopClient.with(options) { simulator, minimal in
            var admin = minimal
            var other = options
            other.clientID = "CLIENT-ID-admin"
            admin.token = try await minimal.freshToken(other)
            var replay = TranscriptReplay(finals: transcripts.filter { $0.final != nil })
            for transcript in transcripts where transcript.request != nil {
                await LaterStage.prepare(transcript, simulator)
                var sender = transcript.client == "admin" ? admin : minimal
                if transcript.name.contains("bad-token") { sender.token = "nobody's" }
                try await replay.play(transcript, sender, simulator)
            }
        }
    }
}

/// What happened at the shops between the transcripts.
private enum LaterStage {
    static func prepare(_ transcript: Transcript, _ simulator: RunningSimulator) async {
        let name = transcript.name
        for (level, quantity) in writes[name] ?? [] { simulator.setQuantity(level: level, to: quantity) }
        simulator.setClock(Timestamp.parse(transcript.at))
        placeOrders(before: name, simulator)
        simulator.changeConditions { conditions in
            conditions.maintenance = name.contains("-state-maintenance")
            conditions.permissions = permissions(name)
            conditions.usesDecimalComma = name.contains("-fr-system")
            conditions.userUsesDecimalComma = name.contains("-fr-user") ? true : nil
        }
        // The consumers were started again after each change of the localization.
        if name.hasPrefix("814") { await simulator.setConsumers(1) }
    }

    /// What the back office and the checkout did to orders.
    private static func placeOrders(before name: String, _ simulator: RunningSimulator) {
        if name == "815-orderinternalstatuses" {
            let customer = simulator.addCustomer("Cust A")
            let position = RunningSimulator.OrderPosition(sku: "TG-00301", quantity: "4")
            simulator.placeOrder([position], customer: customer, identifier: "T-1", takesStock: false)
        }
        if name.hasPrefix("917-01") {
            simulator.setClock(Timestamp.parse("2026-11-29T13:57:25Z"))
            simulator.setOrderStatus("2", to: .cancelled)
            simulator.setOrderStatus("3", to: .closed)
        }
        if name.hasPrefix("938-01") { simulator.moveCustomer("2", toGroup: nil) }
        if name.hasPrefix("930-02") { simulator.checkout(level: "4", quantity: "4") }
    }

    private static let writes = [
        "904-level-before-order": [("1", "37")],
        "919-04-level-after-cancel": [("4", "291")],
        "930-01-level-before-checkout": [("4", "291")],
        "805-filter-id-gt": [("1", "59"), ("2", "0"), ("3", "52"), ("4", "306")],
        "805-filter-id-gt-lte": [("1", "59"), ("2", "0"), ("3", "52"), ("4", "306")],
        "805-filter-id-range-next": [("1", "59"), ("2", "0")],
        "814-state-locale-fr-user-get": [("1", "1000")],
    ]

    private static func permissions(_ name: String) -> ShopPermissions {
        if name.hasPrefix("816") || name.hasPrefix("938") {
            var permissions = ShopPermissions.minimal.union(.viewOrders)
            if name.contains("role-order-lines") { permissions.insert(.viewOrderLines) }
            if name.contains("-customer-group-o") || name.contains("-customer-group-c")
                || name.contains("-customer-group-f")
            {
                permissions.formUnion([.viewCustomers, .viewCustomerGroups])
            }
            return permissions
        }
        return switch name.split(separator: "-").dropFirst(2).first {
        case "noproductview": .minimal.subtracting(.viewProducts)
        case "noasynccreate": .minimal.subtracting(.createOperations)
        case "noedit": .minimal.subtracting(.editLevels)
        case "noview": .minimal.subtracting([.viewLevels, .editLevels])
        case "productedit": .minimal.union(.editProducts)
        default: .minimal
        }
    }
}
