import Foundation
import Testing

@Suite("The example of ring-fencing")
struct ExampleRulesTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    @Test("the example gives the quantities in the documentation")
    func example() throws {
        let scratch = try Scratch()
        let examples = ExampleRulesTests.root.appending(path: "config/examples")
        let ending = try Program.tidegate.run(
            [
                "allocate", "--rules", examples.appending(path: "ring-fencing.yaml").path(),
                "--positions", examples.appending(path: "ring-fencing-positions.csv").path(),
                "--at", "2026-11-23T12:00:00+00:00",
            ],
            in: scratch
        )
        #expect(ending.status == 0, "\(ending.errors)")
        let figures = Dictionary(grouping: ending.objects) { object in
            "\(object["sku"] as? String ?? "") \(object["site"] as? String ?? "")"
        }.mapValues { $0.compactMap { $0["quantity"] as? String } }
        // In byte order: hospitals, merchants, shared.
        #expect(
            figures == [
                "GLOVE-L leeds": ["260", "300", "100"], "GLOVE-M leeds": ["150", "10", "0"],
                "MASK-1 leeds": ["200", "100", "700"], "GLOVE-L bristol": ["0", "0", "38"],
            ]
        )
    }
}
