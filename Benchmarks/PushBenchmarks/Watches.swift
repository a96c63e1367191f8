import Foundation
import InventoryCore
import OroClient
import OroSimulator
import Synchronization

/// When the last wish of each wave was acknowledged.
final class WaveClock: Sendable {
    private let began = ContinuousClock.now
    private let ends = Mutex<[Wave: Double]>([:])

    func settled(_ receipts: [Receipt]) {
        let now = (ContinuousClock.now - began).inSeconds
        ends.withLock { ends in
            for receipt in receipts where receipt.outcome == .applied {
                ends[receipt.wish.wave] = now
            }
        }
    }

    func seconds(of wave: Wave) -> Double { ends.withLock { $0[wave] ?? .infinity } }
}

/// The engine's pace over time: its path on the surface.
final class PaceTrack: Sendable {
    struct Point: Sendable {
        let seconds: Double
        let batchRecords: Int
        let operations: Int
        let applied: Int
    }

    private let began = ContinuousClock.now
    private let points = Mutex<[Point]>([])

    func note(_ progress: PushProgress, _ pace: PushPace) {
        let seconds = (ContinuousClock.now - began).inSeconds
        points.withLock { points in
            let point = Point(
                seconds: seconds,
                batchRecords: pace.batchRecords,
                operations: pace.operationsInFlight,
                applied: progress.applied
            )
            guard let last = points.last else { return points.append(point) }
            // The path has one point for each new batch size; in between it does not move.
            if last.batchRecords != point.batchRecords || last.operations < point.operations {
                points.append(point)
            }
        }
    }

    var path: [Point] { points.withLock { $0 } }
}

extension Stage {
    /// The ERP's statement that the shop is brought to.
    func writeSnapshot(levels: Int) throws {
        var text = "sku,location,unit,on_hand\n"
        for number in 1...levels {
            text += "\(Catalogue.generatedSKU(number)),WH-1,EA,\(Stage.wanted(number))\n"
        }
        try text.write(toFile: folder + "/stock.csv", atomically: true, encoding: .utf8)
    }
}
