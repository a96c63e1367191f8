import InventoryCore
import SnapshotFormats
import StateStore
import TestSupport
import Testing

@Suite("A baseline that is made of a whole snapshot")
struct BuildTests {
    /// More than one range of a file has, so that parts of the rows meet within a group; large enough for
    /// whole pages to be written past the cache.
    private static let rows = 350_000

    @Test(
        "holds every row, whether or not what is written stays in the cache",
        arguments: zip([true, true, false], [DuplicateRule.sum, .reject, .reject])
    )
    func large(isDurable: Bool, rule: DuplicateRule) throws {
        let folder = TemporaryFolder()
        var text = "sku,location,unit,on_hand\n"
        for row in 0..<BuildTests.rows { text += "ART-\(row / 7),WH-\(row % 7),each,\(row % 1000)\n" }
        if rule == .sum { text += "ART-0,WH-0,each,5\n" }
        var options = DiffOptions()
        options.duplicates = rule
        let built = try ObservedBaseline.build(
            from: TemporaryFile(Array(text.utf8)),
            format: SnapshotFormat(),
            path: "\(folder.path)/b",
            generation: 1,
            options: options,
            isDurable: isDurable
        ) { Issue.record("\($0)") }
        try built.baseline.verify()
        #expect(built.baseline.count == BuildTests.rows)
        var wrong = 0
        var row = 0
        try built.baseline.forEach { position in
            let net = row % 1000 + (rule == .sum && row == 0 ? 5 : 0)
            let isRight =
                position.key.sku.text == "ART-\(row / 7)" && position.key.location.text == "WH-\(row % 7)"
                && position.net == Quantity(millionths: Int64(net) * 1_000_000)
            if !isRight { wrong += 1 }
            row += 1
        }
        #expect(wrong == 0)
        let diff = try built.baseline.diff(TemporaryFile(Array(text.utf8)), format: SnapshotFormat()) { _ in }
        #expect(diff.count == 0)
    }
}
