import Testing

extension AllocateCommandTests {
    @Test(
        "bad rules end with 78 and say where",
        arguments: [
            ("fences: { v: { rank: 1, rules: [{ hold: floor, quantity: 4, min: 5, max: 4 }] } }", "max"),
            (
                "sites: { main: {} }\n"
                    + "fences: { v: { rank: 1, rules: "
                    + "[{ match: { site: moon }, hold: floor, quantity: 4 }] } }",
                "moon"
            ),
            ("fences: { v: { rank: 1, locations: [A] }, w: { rank: 1, locations: [A] } }", "dedicated"),
            (
                "fences: { v: { rank: 1, rules: "
                    + "[{ hold: floor, quantity: 4, valid: { from: 2026-11-01T00:00:00 } }] } }",
                "offset"
            ),
        ]
    )
    func badRules(_ rules: String, _ word: String) throws {
        let ending = try allocate(rules: rules, positions: "sku,site,on_hand\nA,main,1\n")
        #expect(ending.status == 78)
        #expect(ending.output.isEmpty)
        #expect(ending.errors.contains("rules.yaml:"))
        #expect(ending.errors.contains(word))
    }

    @Test(
        "a bad row ends with 65 and says where",
        arguments: [
            ("sku,site,on_hand\nA,main,1\nB,main,x\n", "positions.csv:3: on_hand"),
            ("sku,site,on_hand\nA,moon,1\n", "positions.csv:2: There is no site moon"),
            ("sku,on_hand\nA,1\n", "positions.csv:1: The header lacks"),
            ("sku,site,on_hand\nA,,1\n", "positions.csv:2: site"),
        ]
    )
    func badRow(_ positions: String, _ text: String) throws {
        let ending = try allocate(rules: "sites: { main: {} }\n", positions: positions)
        #expect(ending.status == 65)
        #expect(ending.errors.contains(text), "\(ending.errors)")
    }

    @Test("consumption and web orders that name an unknown fence or are negative are refused")
    func badCharges() throws {
        let rules = "fences: { vip: { rank: 1, rules: [{ hold: quota, quantity: 40 }] } }\n"
        let positions = "sku,site,on_hand\nA,main,1\n"
        let fence = try allocate(
            rules: rules,
            positions: positions,
            consumed: "sku,site,fence,quantity\nA,main,gold,1\n"
        )
        #expect(fence.status == 65)
        #expect(fence.errors.contains("consumed.csv:2: There is no fence gold"))
        let negative = try allocate(
            rules: rules,
            positions: positions,
            webOrders: "sku,site,pool,quantity\nA,main,vip,-1\n"
        )
        #expect(negative.status == 65)
        #expect(negative.errors.contains("orders.csv:2:"))
    }

    @Test("files that are not there end with 66")
    func missing() throws {
        let gone = try Program.tidegate.run(
            ["allocate", "--rules", scratch.path("no.yaml"), "--positions", scratch.path("no.csv")],
            in: scratch
        )
        #expect(gone.status == 66)
        #expect(gone.errors.contains("no.yaml"))
    }
}
