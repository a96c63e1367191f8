import InventoryCore
import SnapshotFormats
import TestSupport
import Testing

@testable import DeltaEngine

/// A large file is read in parts by several workers; where one ends, a SKU may go on in the next.
@Suite("SKUs whose rows lie in two parts of a baseline")
struct PartBoundaryTests {
    private static let locations = 10
    private static let skus = 24_000

    /// Rows SKU by SKU, as most exports come.
    private static let text: String = {
        var text = "sku,location,unit,on_hand\n"
        for sku in 0..<skus {
            for location in 0..<locations { text += "K-\(sku),L\(location),EA,10\n" }
        }
        return text
    }()

    @Test("given a file in several parts, each position of each SKU is looked up once")
    func lookUps() throws {
        let folder = TemporaryFolder()
        let file = TemporaryFile(Array(PartBoundaryTests.text.utf8))
        let (baseline, _) = try ObservedBaseline.built(from: file, in: folder)
        let last = baseline.image.blocks.part(of: baseline.count - 1)
        #expect(last.rows.lowerBound > 0, "the file is too small to be read in parts")
        let skus = (0..<PartBoundaryTests.skus).map { SKU("K-\($0)") }
        let positions = try baseline.view.positions(ofEach: skus)
        let wrong = zip(skus, positions).filter { _, found in
            found.count != PartBoundaryTests.locations
                || Set(found.map(\.key)).count != PartBoundaryTests.locations
        }
        #expect(wrong.isEmpty, "\(wrong.map { "\($0.0): \($0.1.count)" })")
        let placed = try baseline.view.placedPositions(ofEach: skus)
        #expect(skus.indices.allSatisfy { placed[$0].count == PartBoundaryTests.locations })
    }
}
