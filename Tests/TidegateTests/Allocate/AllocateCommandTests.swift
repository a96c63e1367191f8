import Foundation
import Testing

@Suite("tidegate allocate")
struct AllocateCommandTests {
    let scratch: Scratch

    init() throws {
        scratch = try Scratch()
    }

    func allocate(
        rules: String,
        positions: String,
        consumed: String? = nil,
        webOrders: String? = nil,
        _ more: [String] = []
    ) throws -> Program.Ending {
        try scratch.write(rules, to: "rules.yaml")
        try scratch.write(positions, to: "positions.csv")
        var arguments = [
            "allocate", "--rules", scratch.path("rules.yaml"), "--positions", scratch.path("positions.csv"),
        ]
        if let consumed {
            try scratch.write(consumed, to: "consumed.csv")
            arguments += ["--consumed", scratch.path("consumed.csv")]
        }
        if let webOrders {
            try scratch.write(webOrders, to: "orders.csv")
            arguments += ["--web-orders", scratch.path("orders.csv")]
        }
        return try Program.tidegate.run(arguments + more, in: scratch)
    }

    @Test("the command line gives the expected result of every vector", arguments: try VectorFiles.load())
    func vectors(_ vector: VectorFiles) throws {
        let ending = try allocate(
            rules: vector.rules,
            positions: vector.positions,
            consumed: vector.consumed,
            webOrders: vector.webOrders
        )
        #expect(ending.status == 0, "\(ending.errors)")
        #expect(ending.output == vector.output)
        let explained = try allocate(
            rules: vector.rules,
            positions: vector.positions,
            consumed: vector.consumed,
            webOrders: vector.webOrders,
            ["--explain"]
        )
        let story = try #require(explained.objects.first)
        #expect(explained.objects.count == 1)
        #expect(story["net"] as? String == vector.expect.net)
        #expect((story["safety"] as? [String: Any])?["held"] as? String == vector.expect.safety_held)
        #expect(story["pool"] as? String == vector.expect.pool)
        let fences = story["fences"] as? [[String: Any]] ?? []
        let carved = fences.compactMap { fence -> (String, String)? in
            guard let id = fence["fence"] as? String, let carved = fence["carved"] as? String else {
                return nil
            }
            return (id, carved)
        }
        #expect(Dictionary(uniqueKeysWithValues: carved) == vector.expect.carved)
        let codes = (story["exceptions"] as? [[String: Any]] ?? []).compactMap { $0["code"] as? String }
        #expect(codes == vector.expect.exceptions)
    }

    private static let goldAtTwoSites = """
        fences:
          gold:
            rank: 1
            locations: [VIP]
            rules: [{ match: { site: south }, hold: floor, quantity: 4 }]
        """

    @Test("rows come in byte order, dedicated locations go to their fence, and empty pools are listed")
    func order() throws {
        let ending = try allocate(
            rules: AllocateCommandTests.goldAtTwoSites,
            positions:
                "\u{FEFF}Location,SKU,on_hand,site\r\nL1,b,10,south\r\nVIP,\"a,1\",3,north\r\n"
                + "L1,b,2,north\r\n"
        )
        #expect(ending.status == 0, "\(ending.errors)")
        #expect(
            ending.output == """
                {"sku":"a,1","site":"north","pool":"gold","quantity":"3"}
                {"sku":"a,1","site":"north","pool":"shared","quantity":"0"}
                {"sku":"b","site":"north","pool":"gold","quantity":"0"}
                {"sku":"b","site":"north","pool":"shared","quantity":"2"}
                {"sku":"b","site":"south","pool":"gold","quantity":"4"}
                {"sku":"b","site":"south","pool":"shared","quantity":"6"}

                """
        )
    }

    @Test("an open order of a group counts against its quota until its consumption is stated")
    func whoseOrder() throws {
        let rules = "fences: { vip: { rank: 1, rules: [{ hold: quota, quantity: 40 }] } }\n"
        let positions = "sku,site,on_hand\nA-1,main,100\n"
        func pools(_ pool: String, consumed: String? = nil) throws -> [String] {
            let ending = try allocate(
                rules: rules,
                positions: positions,
                consumed: consumed,
                webOrders: "sku,site,pool,quantity\nA-1,main,\(pool),10\n"
            )
            return ending.objects.compactMap { $0["quantity"] as? String }
        }
        // In byte order: shared, vip.
        #expect(try pools("vip") == ["60", "30"])
        #expect(try pools("shared") == ["50", "40"])
        #expect(try pools("vip", consumed: "sku,site,fence,quantity\nA-1,main,vip,10\n") == ["60", "30"])
        #expect(try pools("vip", consumed: "sku,site,fence,quantity\nA-1,main,vip,25\n") == ["75", "15"])
    }

    @Test("a rule is valid from its start to just before its end")
    func validity() throws {
        let rules = """
            fences:
              vip:
                rank: 1
                rules:
                  - hold: floor
                    quantity: 4
                    valid: { from: 2026-11-01T00:00:00+01:00, until: 2026-12-01T00:00:00+01:00 }
            """
        func vip(at time: String) throws -> String? {
            let ending = try allocate(rules: rules, positions: "sku,site,on_hand\nA,m,9\n", ["--at", time])
            return ending.objects.last?["quantity"] as? String
        }
        #expect(try vip(at: "2026-10-31T22:59:59Z") == "0")
        #expect(try vip(at: "2026-10-31T23:00:00Z") == "4")
        #expect(try vip(at: "2026-12-01T00:00:00+01:00") == "0")
        let ending = try allocate(rules: rules, positions: "sku,site,on_hand\n", ["--at", "2026-11-01"])
        #expect(ending.status == 64)
    }

    @Test("the certificate's digest is that of the rows")
    func certificate() throws {
        let ending = try allocate(
            rules: AllocateCommandTests.goldAtTwoSites,
            positions: "sku,site,on_hand\nb,south,10\na,north,3\n",
            ["--certificate", scratch.path("certificate.json"), "--output", scratch.path("out.jsonl")]
        )
        #expect(ending.status == 0, "\(ending.errors)")
        #expect(ending.output.isEmpty)
        let output = try String(contentsOfFile: scratch.path("out.jsonl"), encoding: .utf8)
        #expect(output.split(separator: "\n").count == 4)
        let data = try Data(contentsOf: URL(filePath: scratch.path("certificate.json")))
        let certificate = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        // printf 'a\tnorth\tgold\t0\na\tnorth\tshared\t3\nb\tsouth\tgold\t4\nb\tsouth\tshared\t6\n'
        // | sha256sum
        #expect(
            certificate["digest"] as? String
                == "sha256:7f7fbd71031b772422f1d7ca7a2d91c6366ede0faef5c6eb6ce5e2561deaef7b"
        )
        #expect(certificate["holds"] as? Bool == true)
        #expect(certificate["rows"] as? Int == 4)
    }

    private static let hasTools = ["/usr/bin/jq", "/usr/bin/sha256sum"].allSatisfy {
        FileManager.default.isExecutableFile(atPath: $0)
    }

    /// The commands are those of RingFencing.md.
    @Test("the documented recipe computes the certificate's digest without Tidegate", .enabled(if: hasTools))
    func recipe() throws {
        let certificate = scratch.path("certificate.json")
        let ending = try allocate(
            rules: AllocateCommandTests.goldAtTwoSites,
            positions: "sku,site,on_hand\nb 2,south,10.25\n\u{e9},north,3\na,north,-3\n",
            ["--certificate", certificate]
        )
        #expect(ending.status == 0, "\(ending.errors)")
        try scratch.write(ending.output, to: "pools.jsonl")
        let recipe = "jq -r '[.sku, .site, .pool, .quantity] | @tsv' pools.jsonl | sha256sum; "
        let shell = try Program(path: "/bin/sh").run(
            ["-c", recipe + "jq -r .digest certificate.json"],
            in: scratch,
            directory: URL(filePath: certificate).deletingLastPathComponent()
        )
        let digests = shell.output.split(separator: "\n").map { $0.prefix { $0 != " " } }
        #expect(digests.count == 2 && "sha256:" + digests[0] == digests[1], "\(shell.output)")
    }

    @Test("a warning about stock below zero names no location where there is none")
    func noLocation() throws {
        let ending = try allocate(
            rules: "fences: {}\n",
            positions: "sku,site,on_hand\nA,main,-3\n",
            ["--explain"]
        )
        let exceptions = ending.objects.first?["exceptions"] as? [[String: Any]]
        #expect(exceptions?.first?["subject"] as? String == "A")
        #expect(exceptions?.first?["message"] as? String == "A is 3 below zero; it counts as empty.")
    }

    /// A rule, what follows it in the file, and the line and reason that it is refused with.
    private static let refusedRules: [(rule: String, rest: String, line: Int, reason: String)] = [
        ("hold: floor, quantity: 4, min: 5, max: 4", "", 6, "`max` is 4, below `min`, which is 5"),
        ("match: { site: moon }, hold: floor, quantity: 4", "", 6, "There is no site moon"),
        ("hold: floor, quantity: 4, step: 0.5", "", 6, "`step` is 0.5, finer than the published unit"),
        ("hold: floor, quantity: 4, step: 0", "", 6, "0 is out of range"),
        ("hold: percent, percent: 101", "", 6, "101 is out of range"),
        ("hold: floor, quantity: -1", "", 6, "-1 is out of range"),
        ("hold: floor, quantity: 4, valid: { from: 2026-11-01T00:00:00 }", "", 6, "offset"),
        (
            "hold: floor, quantity: 4, valid: { from: 2026-11-02T00:00:00Z, until: 2026-11-01T00:00:00Z }",
            "", 6, "before or when it begins"
        ),
        ("hold: floor, quantity: 4, match: { sku_file: none.txt }", "", 6, "none.txt"),
        ("hold: floor, quantity: 4, cap: 3", "", 6, "There is no such key"),
        (
            "hold: floor, quantity: 4", "    locations: [WH-1]\n  w: { rank: 1, locations: [\"WH-*\"] }\n", 8,
            "dedicated to fence v as well"
        ),
        (
            "hold: floor, quantity: 4", "    locations: [\"A*\"]\n  w: { rank: 1, locations: [\"*Z\"] }\n", 8,
            "dedicated to fence v as well"
        ),
        (
            "hold: floor, quantity: 4", "  shared: { rank: 1, rules: [{ hold: floor, quantity: 1 }] }\n", 7,
            "`shared` is the name of the pool for everyone"
        ),
        ("hold: floor, quantity: 4", "  v: { rank: 2 }\n", 4, "written twice"),
    ]

    @Test("each kind of bad rule is refused with file, line and reason", arguments: refusedRules.indices)
    func eachBadRule(_ number: Int) throws {
        let bad = Self.refusedRules[number]
        let ending = try allocate(
            rules: """
                units: [{ erp: EA, per_base: 1, oro: item }]
                sites: { main: {} }
                fences:
                  v:
                    rank: 1
                    rules: [{ \(bad.rule) }]
                \(bad.rest)
                """,
            positions: "sku,site,on_hand\nA,main,1\n"
        )
        #expect(ending.status == 78)
        #expect(ending.output.isEmpty)
        let isSaid = ending.errors.split(separator: "\n").contains {
            $0.contains("rules.yaml:\(bad.line):") && $0.contains(bad.reason)
        }
        #expect(isSaid, "\(ending.errors)")
    }

    @Test(
        "percentages that exceed 100 in sum at one rank are allocated, with a warning that names the line"
    )
    func percentsInSum() throws {
        let ending = try allocate(
            rules: """
                fences:
                  v: { rank: 1, rules: [{ hold: percent, percent: 60 }] }
                  w: { rank: 1, rules: [{ hold: percent, percent: 50 }] }
                """,
            positions: "sku,site,on_hand\nA,main,100\n"
        )
        #expect(ending.status == 0)
        #expect(
            ending.errors.contains("rules.yaml:2:") && ending.errors.contains("110 %"),
            "\(ending.errors)"
        )
        #expect(ending.objects.compactMap { $0["quantity"] as? String } == ["0", "60", "40"])
    }

    @Test("fences are filled in steps of the smallest declared unit")
    func granularity() throws {
        func gold(_ units: String, _ more: String = "") throws -> String? {
            let ending = try allocate(
                rules: "units: [\(units)]\n"
                    + "fences: { gold: { rank: 1, rules: [{ hold: percent, percent: 33\(more) }] } }\n",
                positions: "sku,site,on_hand\nA,main,10.755\n"
            )
            return ending.objects.first?["quantity"] as? String
        }
        #expect(try gold("") == "3")
        #expect(try gold("{ erp: KG, per_base: 1, oro: kg, precision: 3 }") == "3.549")
        #expect(try gold("{ erp: KG, per_base: 1, oro: kg, precision: 2 }", ", step: 0.05") == "3.5")
        #expect(try gold("{ erp: PK, per_base: 2, oro: pack }") == "2")
    }
}
