import Glibc
import InventoryCore
import SnapshotFormats
import StateStore
import TestSupport

/// Sound baseline files of several shapes, and snapshots that go with them.
enum SeedFiles {
    static let rowsMax = 700

    /// Rows that the files have, in their order and in another, with some changed and some new.
    static let snapshots: [String] = [0, 40].map { rows in
        var random = SplitMix64(state: UInt64(rows))
        var lines = (0..<max(20, rows)).map { line($0, quantity: $0 % 7 == 0 ? 1 : $0) }
        if rows > 0 { lines.shuffle(using: &random) }
        return (["sku,location,on_hand"] + lines).joined(separator: "\n") + "\n"
    }

    private static func line(_ row: Int, quantity: Int) -> String {
        "SKU-\(row / 3),\(["LEEDS", "YORK", "OSLO"][row % 3]),\(quantity)"
    }

    static func write(to folder: String) throws {
        for (rows, commits) in [(0, 0), (1, 1), (40, 0), (300, 2), (rowsMax, 6)] {
            let path = "\(folder)/baseline-\(rows)-\(commits)"
            let lines = (0..<rows).map { line($0, quantity: $0) }
            let text = (["sku,location,on_hand"] + lines).joined(separator: "\n") + "\n"
            let (baseline, _) = try ObservedBaseline.build(
                from: PiecesOfBytes(Array(text.utf8), pieceMax: 1 << 16, seed: 1),
                format: SnapshotFormat(),
                path: path,
                generation: 1
            ) { _ in }
            for commit in 0..<commits {
                var deltas: [Delta] = []
                for row in stride(from: commit, to: max(rows, 5), by: 9) {
                    let key = PositionKey(
                        sku: SKU("SKU-\(row / 3 + commit % 2 * 1000)"),
                        location: "LEEDS",
                        unit: ""
                    )
                    let isGone = row % 2 == 0 && baseline.net(key) != nil
                    deltas.append(
                        Delta(
                            key: key,
                            change: isGone ? .removed(.zero) : .added(Quantity(units: Int64(commit)))
                        )
                    )
                }
                try baseline.accept(deltas, generation: baseline.generation + 1)
            }
        }
    }
}
