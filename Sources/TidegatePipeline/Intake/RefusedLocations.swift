import DeltaEngine
import InventoryCore
import StateStore

extension Shop {
    /// Finds the locations of a delivery that another source has stated: the sources of a shop have no
    /// location in common, and the one that stated it first keeps it (spec, Words: Source).
    ///
    /// - Returns: each with the source that keeps it.
    func locations(
        stated statistics: SnapshotStatistics,
        notBy source: SourceID
    ) async -> [Location: SourceID] {
        guard sources.count > 1 else { return [:] }
        var refused: [Location: SourceID] = [:]
        for other in sources where other.id != source {
            let theirs = await other.baseline.view?.locationTotals.totals ?? [:]
            for (location, counted) in statistics.locations
            where counted.positionsAfter > 0 && theirs[location]?.positions ?? 0 > 0 {
                refused[location] = other.id
            }
        }
        return refused
    }
}

extension Proposal {
    /// Opens an exception for each location that was refused, and closes those of this source that did not
    /// occur again.
    mutating func note(refused: [Location: SourceID], open: [InventoryException]) {
        for (location, other) in refused.sorted(by: { $0.key < $1.key }) {
            exceptions.occurred.append(
                InventoryException(
                    code: .locationOfAnotherSource,
                    subject: Subject(location: location, source: source.id),
                    message: "The location \(location) is stated by the source \(other); what \(source.id) "
                        + "says of it is left out."
                )
            )
        }
        exceptions.mended += open.filter { exception in
            exception.code == .locationOfAnotherSource && exception.subject.source == source.id
                && exception.subject.location.map { refused[$0] == nil } ?? true
        }.map(\.key)
    }
}
