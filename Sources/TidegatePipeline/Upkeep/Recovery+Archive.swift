import Foundation
import InventoryCore
import SnapshotFormats
import SnapshotSources
import StateStore
import TidegateSettings

// What the archive has of the accepted deliveries, and what it lacks.
extension Recovery {
    /// Looks at each copy, and where the database can be asked, for those that are not there.
    func checkArchive(isKnown: Bool, mends: Bool) async throws -> [Finding] {
        let archive = SnapshotArchive(folder: folder)
        let copies = try await offPool { try archive.snapshots() }
        var findings: [Finding] = []
        for copy in copies {
            let damage = try await offPool { Recovery.damage(of: copy.path) }
            guard let damage else { continue }
            let aside = copy.path + ".damaged"
            if mends { try FileManager.default.moveItem(atPath: copy.path, toPath: aside) }
            findings.append(
                Finding(
                    "archive, run \(copy.run)",
                    damage: damage.message,
                    remedy: mends
                        ? "Put aside as \(aside); the others are used."
                        : "`tidegate recover --mend` puts it aside.",
                    isMended: mends
                )
            )
        }
        if isKnown { findings += try await missing(beside: copies) }
        return findings.isEmpty ? [Finding(sound: "archive, \(copies.count) deliveries")] : findings
    }

    /// Deliveries that a baseline would have to be made of, and that the archive should have and has not.
    private func missing(beside copies: [ArchivedSnapshot]) async throws -> [Finding] {
        let keep = settings.store.archiveKeep
        guard keep > 0 else { return [] }
        let state = try StateDatabase.openForReading(folder)
        let runs = try await state.takenRuns()
        try state.close()
        let archive = SnapshotArchive(folder: folder)
        let unfinished = try await offPool { try archive.unfinished() }
        let kept = Set(copies.map(\.run) + unfinished.map(\.run))
        // The oldest go first: whatever is newer than one that is there should be there as well.
        let newest = runs.lastIndex { kept.contains($0.id) } ?? 0
        let isRoomy = copies.reduce(0) { $0 + $1.compressedBytes } < archive.limits.bytesMax / 2
        let expected = Set(runs.prefix(max(newest, isRoomy ? keep : 0)).map(\.id))
        var findings: [Finding] = []
        for source in settings.sources {
            let chain = DeliveryChain(runs.filter { $0.source == source.id }, kept: kept)
            for link in chain.links where link.copy == nil && expected.contains(link.first.id) {
                findings.append(
                    Finding(
                        "archive, run \(link.first.id)",
                        damage: "the archive has no copy of this delivery of \(source.id)",
                        remedy: "Nothing can give it back. Figures do not depend on it; a lost baseline "
                            + "cannot be made anew before the next full delivery.",
                        isMended: false
                    )
                )
            }
        }
        return findings
    }

    /// Reads a copy to its end; gives what went wrong.
    private static func damage(of path: String) -> Fault? {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 16)
        defer { buffer.deallocate() }
        do {
            let bytes = try SnapshotFile.open(path: path)
            while try bytes.read(into: buffer) > 0 {}
            return nil
        } catch {
            return Fault(error)
        }
    }
}
