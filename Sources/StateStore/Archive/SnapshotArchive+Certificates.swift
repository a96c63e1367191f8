import Glibc
package import InventoryCore

/// Certificates lie beside the snapshots, one small file a run: they outlive the snapshots by far.
extension SnapshotArchive {
    static let certificateEnding = ".certificate.json"
    /// Certificates kept; the oldest make room.
    static let certificatesMax = 1000

    /// Keeps the certificate of a run, durably and whole; one that is there is replaced.
    ///
    /// - Throws: `unusable_name` or `cannot_write_state`.
    package func keep(certificate: [UInt8], of run: RunID) throws(Fault) {
        let path = try path(of: run, ending: SnapshotArchive.certificateEnding)
        let unfinished = path + SnapshotArchive.unfinishedEnding
        let file = open(unfinished, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o640)
        guard file >= 0 else {
            throw Fault.cannotWrite(unfinished, doing: "make the certificate", errno: errno)
        }
        var written = 0
        while written < certificate.count {
            let count = certificate.withUnsafeBytes { bytes in
                write(file, bytes.baseAddress?.advanced(by: written), bytes.count - written)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                let failure = errno
                close(file)
                throw Fault.cannotWrite(unfinished, doing: "write the certificate", errno: failure)
            }
            written += count
        }
        let isSynced = fsync(file) == 0
        let failure = errno
        guard close(file) == 0, isSynced, rename(unfinished, path) == 0 else {
            throw Fault.cannotWrite(
                path,
                doing: "keep the certificate",
                errno: isSynced ? errno : failure
            )
        }
        try pruneCertificates()
    }

    /// Gives the certificate of a run, or nothing where it was never kept or has made room for newer ones.
    ///
    /// - Throws: `unusable_name` or `cannot_write_state` where it cannot be read.
    package func certificate(of run: RunID) throws(Fault) -> [UInt8]? {
        let path = try path(of: run, ending: SnapshotArchive.certificateEnding)
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else {
            if errno == ENOENT { return nil }
            throw Fault.cannotWrite(path, doing: "read the certificate", errno: errno)
        }
        defer { close(file) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = read(file, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else {
                throw Fault.cannotWrite(path, doing: "read the certificate", errno: errno)
            }
            guard count > 0 else { return bytes }
            bytes += chunk[..<count]
        }
    }

    private func pruneCertificates() throws(Fault) {
        // Runs are named by when they began, so the order of their names is that of their age.
        let kept = try names().filter { $0.hasSuffix(SnapshotArchive.certificateEnding) }.sorted()
        for name in kept.dropLast(SnapshotArchive.certificatesMax) {
            try remove(folder.archivePath + "/" + name)
        }
    }
}
