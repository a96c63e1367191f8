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
        if isKnown { findings += try await missing(beside: copies, mends: mends) }
        return findings.isEmpty ? [Finding(sound: "archive, \(copies.count) deliveries")] : findings
    }

    /// Deliveries that a baseline would have to be made of, and that the archive should have and has not.
    private func missing(beside copies: [ArchivedSnapshot], mends: Bool) async throws -> [Finding] {
        let keep = settings.store.archiveKeep
        guard keep > 0 else { return [] }
        let state = try StateDatabase.openForReading(folder)
        let runs = try await state.takenRuns()
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
                findings.append(try await lost(link, of: source, state, mends: mends))
            }
        }
        try state.close()
        return findings
    }

    /// Tells of a delivery without a copy; where its bytes still lie they are taken again, if `mends`.
    private func lost(
        _ link: DeliveryChain.Link,
        of source: SourceSettings,
        _ state: StateDatabase,
        mends: Bool
    ) async throws -> Finding {
        let (run, copies) = (link.first, ArchiveCopy(state: state, keep: settings.store.archiveKeep))
        let part = "archive, run \(run.id)"
        let damage = "the archive has no copy of this delivery of \(source.id)"
        let content = try await content(of: run, state)
        // The folder itself may be gone.
        if mends { try folder.prepare() }
        var looked: [String] = []
        for path in [link.newest.delivery, run.delivery, source.path] where !looked.contains(path) {
            looked.append(path)
            // Opening a pipe would wait for whoever writes into it.
            guard let content, Recovery.isFile(path),
                try await copies.take(path, again: run, content, keeps: mends)
            else { continue }
            let remedy =
                mends
                ? "Taken again from \(path), which still has the very bytes."
                : "\(path) still has the very bytes: `tidegate recover --mend` takes them."
            return Finding(part, damage: damage, remedy: remedy, isMended: mends)
        }
        return Finding(
            part,
            damage: damage,
            remedy: "Its bytes do not lie at \(looked.joined(separator: " or ")) any more: nothing can give "
                + "it back. Figures do not depend on it; a lost baseline cannot be made anew before the next "
                + "full delivery.",
            isMended: false
        )
    }

    private static func isFile(_ path: String) -> Bool {
        let type = try? FileManager.default.attributesOfItem(atPath: path)[.type] as? FileAttributeType
        return type == .typeRegular || type == .typeSymbolicLink
    }

    /// What tells the bytes of a run from all others; nothing where their mark is not kept.
    private func content(of run: RunRecord, _ state: StateDatabase) async throws -> AcceptedContent? {
        guard let digest = run.digest else { return nil }
        return try await state.deliveries(of: run.source, digest: digest).lazy
            .compactMap { AcceptedContent($0) }.first
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
