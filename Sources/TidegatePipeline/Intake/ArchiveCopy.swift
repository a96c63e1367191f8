import InventoryCore
import SnapshotFormats
import SnapshotSources
import StateStore
import TidegateSettings

/// Keeps an accepted snapshot, so that a figure can be traced to its row and the baseline can be made again.
enum ArchiveCopy {
    private static let chunkBytes = 1 << 20

    /// Keeps what a run divided; one of a run that was held is replaced when it is approved.
    ///
    /// - Throws: `Fault`.
    static func keep(
        _ certificate: ConservationCertificate,
        of run: RunID,
        in workspace: Workspace
    ) async throws {
        let archive = SnapshotArchive(folder: workspace.state.folder)
        try await offPool { try archive.keep(certificate: certificate.json, of: run) }
    }

    /// Copies the snapshot of a run into the archive.
    ///
    /// - Throws: `Fault` or `Fault`; the archive holds whole snapshots only.
    static func keep(_ path: String, of run: RunID, in workspace: Workspace) async throws {
        var limits = SnapshotArchive.Limits()
        limits.snapshotsMax = workspace.settings.store.archiveKeep
        let archive = SnapshotArchive(folder: workspace.state.folder, limits: limits)
        try await offPool {
            let source = try SnapshotFile.open(path: path)
            let writer = try archive.begin(run)
            let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: chunkBytes, alignment: 16)
            defer { buffer.deallocate() }
            do {
                while true {
                    let length = try source.read(into: buffer)
                    guard length > 0 else { break }
                    try writer.append(UnsafeRawBufferPointer(rebasing: buffer[..<length]))
                }
            } catch {
                writer.discard()
                throw error
            }
            _ = try writer.finish()
        }
    }
}
