import Foundation
import Testing

@Suite("tidegate allocate, over random files")
struct RandomFilesTests {
    /// Each stands for a SKU at a site some ten times.
    private static let seeds =
        ProcessInfo.processInfo.environment["TIDEGATE_RANDOM_FILES"].flatMap { UInt64($0) } ?? 40

    @Test("the output equals that of the slow reference, row by row")
    func agrees() throws {
        let scratch = try Scratch()
        var cases = 0
        for seed in 1...Self.seeds {
            let files = RandomFiles(seed: seed)
            try scratch.write(files.rulesText, to: "rules.yaml")
            try scratch.write(files.listText, to: "list.txt")
            try scratch.write(files.positionsText, to: "positions.csv")
            try scratch.write(RandomFiles.text(of: files.orders, "pool"), to: "orders.csv")
            try scratch.write(RandomFiles.text(of: files.consumed, "fence"), to: "consumed.csv")
            let ending = try Program.tidegate.run(
                [
                    "allocate", "--rules", scratch.path("rules.yaml"),
                    "--positions", scratch.path("positions.csv"), "--web-orders", scratch.path("orders.csv"),
                    "--consumed", scratch.path("consumed.csv"), "--at", "1970-01-12T13:46:40Z",
                ],
                in: scratch,
                // The list's name is relative.
                directory: URL(filePath: scratch.path("list.txt")).deletingLastPathComponent()
            )
            #expect(ending.status == 0, "seed \(seed): \(ending.errors)")
            let expected = files.rows
            let found = ending.objects.map { row in
                ["sku", "site", "pool", "quantity"].map { row[$0] as? String ?? "" }.joined(separator: "|")
            }
            #expect(found == expected, "seed \(seed)")
            cases += files.places.count
        }
        #expect(cases >= Int(Self.seeds) * 5)
    }
}
