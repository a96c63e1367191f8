import DeltaEngine
import Glibc
import InventoryCore
import SnapshotFormats
import TestSupport

/// Sound baseline files of several shapes, and snapshots that go with them.
enum SeedFiles {
    /// Rows that the files have, in their order and in another, with some changed and some new; the last ones
    /// with whole blocks as they were.
    static let snapshots: [String] = [0, 40, 300].map { rows in
        var random = SplitMix64(state: UInt64(rows))
        var lines = (0..<max(20, rows)).map { line($0, quantity: $0 % 7 == 0 && $0 < 40 ? 1 : $0) }
        if rows == 40 { lines.shuffle(using: &random) }
        return (["sku,location,on_hand"] + lines).joined(separator: "\n") + "\n"
    }

    private static func line(_ row: Int, quantity: Int) -> String {
        "SKU-\(row / 3),\(["LEEDS", "YORK", "OSLO"][row % 3]),\(quantity)"
    }

    private static let shapes = [(0, 0), (1, 1), (40, 0), (300, 2), (700, 6)]

    /// Writes them into a folder.
    static func write(to folder: String) throws {
        for (rows, commits) in shapes {
            try write(rows: rows, commits: commits, "\(folder)/baseline-\(rows)-\(commits)")
        }
    }

    /// Writes one of `rows` rows with so many commits behind them.
    static func write(rows: Int, commits: Int, _ path: String) throws {
        let lines = (0..<rows).map { line($0, quantity: $0) }
        let text = (["sku,location,on_hand"] + lines).joined(separator: "\n") + "\n"
        let (baseline, _) = try ObservedBaseline.build(
            from: PiecesOfBytes(Array(text.utf8), pieceMax: 1 << 16, seed: 1),
            format: SnapshotFormat(),
            path: path,
            generation: 1
        ) { _ in }
        for commit in 0..<commits {
            let deltas = try stride(from: commit, to: max(rows, 5), by: 9).map { row in
                let sku = SKU("SKU-\(row / 3 + commit % 2 * 1000)")
                let key = PositionKey(sku: sku, location: "LEEDS", unit: "")
                let isGone = try row % 2 == 0 && baseline.view.net(key) != nil
                let change: Delta.Change = isGone ? .removed(.zero) : .added(Quantity(units: Int64(commit)))
                return Delta(key: key, change: change)
            }
            try baseline.accept(deltas, generation: baseline.generation + 1)
        }
    }
}
