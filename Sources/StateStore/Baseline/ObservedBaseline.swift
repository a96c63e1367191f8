import Foundation
package import InventoryCore
package import SnapshotFormats

/// What the ERP last said: every position with its net quantity, as one file.
///
/// The simple form: the positions live in memory, and accepting writes the file anew.
package final class ObservedBaseline: Sendable {
    package let path: String
    package let generation: UInt64
    private let nets: [PositionKey: Quantity]
    private let bySKU: [SKU: [PositionKey]]

    private init(path: String, generation: UInt64, nets: [PositionKey: Quantity]) {
        self.path = path
        self.generation = generation
        self.nets = nets
        bySKU = Dictionary(grouping: nets.keys, by: \.sku)
    }

    package static func empty(path: String, generation: UInt64) -> ObservedBaseline {
        ObservedBaseline(path: path, generation: generation, nets: [:])
    }

    /// Opens a file.
    ///
    /// - Throws: `BaselineError`.
    package static func open(path: String) throws(BaselineError) -> ObservedBaseline {
        guard FileManager.default.fileExists(atPath: path) else {
            throw BaselineError(
                code: .missing,
                path: path,
                message: "There is no baseline file.",
                hint: "Make one with `tidegate baseline build`."
            )
        }
        let (generation, nets) = try BaselineFile.read(path: path)
        return ObservedBaseline(path: path, generation: generation, nets: nets)
    }

    package var count: Int { nets.count }

    package func net(_ key: PositionKey) -> Quantity? { nets[key] }

    package func positions(of skus: [SKU]) -> [SKU: [Position]] {
        var found: [SKU: [Position]] = [:]
        for sku in skus {
            found[sku] = bySKU[sku]?.compactMap { key in nets[key].map { Position(key: key, net: $0) } }
        }
        return found
    }

    /// Gives every position, by key.
    package func forEach(_ body: (Position) throws -> Void) rethrows {
        for key in nets.keys.sorted() {
            if let net = nets[key] { try body(Position(key: key, net: net)) }
        }
    }

    /// Compares a snapshot with this baseline.
    ///
    /// - Throws: what the source and the reader throw, and what `rejected` throws.
    package func difference(
        from source: any ByteSource,
        format: SnapshotFormat,
        duplicates: DuplicateRule,
        rejected: (RejectedRow) throws -> Void
    ) throws -> SnapshotDifference {
        var combiner = PositionCombiner(rule: duplicates.combination)
        var reader = RowReader(format: format)
        var asOf: Timestamp?
        var uncombined = 0
        try reader.readAll(
            from: source,
            rows: { row in
                if let stated = row.asOf { asOf = max(asOf ?? stated, stated) }
                guard let rejection = combiner.add(row) else { return }
                uncombined += 1
                try rejected(rejection)
            },
            rejected: rejected
        )
        let diff = PositionDiff(from: nets, to: combiner.combined, keeping: combiner.unusable)
        var statistics = diff.statistics
        statistics.rows = reader.rowCount
        statistics.rejected = reader.rejectedCount + uncombined
        statistics.asOf = asOf
        return SnapshotDifference(deltas: diff.deltas, statistics: statistics)
    }

    /// Writes the baseline with these deltas applied to `path`; durable and whole when it returns.
    ///
    /// - Throws: `BaselineError` with `baseline_not_written`.
    package func accepting(
        _ deltas: some Sequence<Delta>,
        generation: UInt64,
        path: String
    ) throws(BaselineError) -> ObservedBaseline {
        var nets = nets
        for delta in deltas { nets[delta.key] = delta.after }
        try BaselineFile.write(nets, generation: generation, path: path)
        return ObservedBaseline(path: path, generation: generation, nets: nets)
    }
}

/// What differs between the baseline and a snapshot, and what the guards judge by.
package struct SnapshotDifference: Sendable {
    package var deltas: [Delta]
    package var statistics: SnapshotStatistics

    package init(deltas: [Delta], statistics: SnapshotStatistics) {
        self.deltas = deltas
        self.statistics = statistics
    }
}

extension DuplicateRule {
    var combination: PositionCombiner.Rule {
        switch self {
        case .sum: .sum
        case .last: .last
        case .reject: .reject
        }
    }
}
