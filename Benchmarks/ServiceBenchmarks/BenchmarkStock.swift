import Foundation
import OroSimulator

/// What the measured ERP has: so many positions at eight locations, every figure known from its name.
struct BenchmarkStock: Sendable {
    static let locations = 8

    let skus: Int

    init(positions: Int) {
        skus = max(1, positions / BenchmarkStock.locations)
    }

    var catalogue: Catalogue {
        Catalogue(products: (0..<skus).map { (BenchmarkStock.sku($0), [(code: "item", precision: 0)]) })
    }

    static func sku(_ number: Int) -> String { "SKU-\(10_000_000 + number)" }

    static func quantity(_ sku: Int, _ location: Int) -> Int { 50 + (sku &* 31 &+ location &* 7) % 100 }

    /// What a snapshot states; of a round other than 0 a hundredth of the positions differ.
    func quantity(_ sku: Int, _ location: Int, round: Int) -> Int {
        let moves = round > 0 && (sku &* 8 &+ location &+ round) % 100 == 0
        return BenchmarkStock.quantity(sku, location) + (moves ? round % 40 : 0)
    }

    /// Writes the snapshot; `round` makes others of it, in which a hundredth of the positions differ.
    func write(to path: String, round: Int = 0) throws {
        let part = path + ".partial"
        guard FileManager.default.createFile(atPath: part, contents: nil) else {
            throw BenchmarkFailure("cannot write \(part)")
        }
        let file = try FileHandle(forWritingTo: URL(filePath: part))
        var text = "sku,location,unit,on_hand\n"
        for sku in 0..<skus {
            for location in 0..<BenchmarkStock.locations {
                let quantity = quantity(sku, location, round: round)
                text += "\(BenchmarkStock.sku(sku)),WH-\(location),EA,\(quantity)\n"
            }
            if text.utf8.count > 1 << 20 {
                try file.write(contentsOf: Data(text.utf8))
                text = ""
            }
        }
        try file.write(contentsOf: Data(text.utf8))
        try file.close()
        guard rename(part, path) == 0 else { throw BenchmarkFailure("cannot rename \(part)") }
    }
}
