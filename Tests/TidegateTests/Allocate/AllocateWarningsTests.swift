import Foundation
import Testing

@Suite("What tidegate allocate tells beside the figures")
struct AllocateWarningsTests {
    private func allocate(rules: String, positions: String, _ more: String...) throws -> Program.Ending {
        let scratch = try Scratch()
        try scratch.write(rules, to: "rules.yaml")
        try scratch.write(positions, to: "positions.csv")
        let files = ["--rules", scratch.path("rules.yaml"), "--positions", scratch.path("positions.csv")]
        return try Program.tidegate.run(["allocate"] + files + more, in: scratch)
    }

    @Test(
        "without a section of sites, rules about a site that has no positions give a warning with their line"
    )
    func siteWithoutPositions() throws {
        let ending = try allocate(
            rules: """
                safety_stock:
                  - { match: { site: moon }, quantity: 1 }
                fences:
                  vip:
                    rank: 1
                    rules:
                      - { match: { site: mian }, hold: floor, quantity: 4 }
                      - { match: { site: main }, hold: floor, quantity: 2 }
                """,
            positions: "sku,site,on_hand\nA,main,9\n"
        )
        #expect(ending.status == 0)
        let warnings = ending.errors.split(separator: "\n").filter { $0.hasPrefix("warning: ") }
        #expect(warnings.count == 2, "\(ending.errors)")
        #expect(ending.errors.contains("rules.yaml:2: No position is at site moon, which this rule is"))
        #expect(ending.errors.contains("rules.yaml:7: No position is at site mian, which this rule is"))
        #expect(ending.errors.contains("Correct its name, or leave it so where nothing lies there."))
    }

    @Test("a positions file without rows gives a warning")
    func noRow() throws {
        let ending = try allocate(rules: "fences: {}\n", positions: "sku,site,on_hand\n")
        #expect(ending.status == 0 && ending.output.isEmpty)
        #expect(ending.errors.contains("positions.csv:1: No row follows the header, so nothing was divided."))
    }

    @Test("a column that is there twice is refused, with a hint")
    func columnTwice() throws {
        let ending = try allocate(rules: "fences: {}\n", positions: "sku,site,on_hand,on_hand\nA,main,1,2\n")
        #expect(ending.status == 65)
        #expect(ending.errors.contains("positions.csv:1: The header has \"on_hand\""))
        #expect(ending.errors.contains("To mend it: Name each column once."), "\(ending.errors)")
    }

    @Test("stock below zero counts as empty, and where the site nets it comes off the other locations")
    func belowZero() throws {
        func told(netting: Bool) throws -> String {
            let ending = try allocate(
                rules: "sites: { main: { netting: \(netting) } }\n",
                positions: "sku,site,location,on_hand\nA,main,L1,-4\nA,main,L2,10\n",
                "--explain"
            )
            let story = try #require(ending.objects.first)
            let exceptions = story["exceptions"] as? [[String: Any]]
            return "\(story["shared"] ?? ""): \(exceptions?.first?["message"] ?? "")"
        }
        #expect(try told(netting: false) == "10: A at location L1 is 4 below zero; it counts as empty.")
        let netted = "6: A at location L1 is 4 below zero; site main nets, so it comes off other locations."
        #expect(try told(netting: true) == netted)
    }
}
