package import InventoryCore

/// Certificates lie beside the snapshots, one small file a run, and are kept for many more runs.
extension SnapshotArchive {
    static let certificateEnding = ".certificate.json"
    /// How many are kept; the oldest are removed.
    static let certificatesMax = 1000

    /// Keeps the certificate of a run, durably; one that is there is replaced.
    ///
    /// - Throws: `unusable_name` or `cannot_write_state`.
    package func keep(certificate: [UInt8], of run: RunID) throws(Fault) {
        let path = try path(of: run, ending: SnapshotArchive.certificateEnding)
        try DurableFile.write(certificate, to: path)
        try pruneCertificates()
    }

    /// Gives the certificate of a run, or nothing where it was never kept or newer ones have taken its place.
    ///
    /// - Throws: `unusable_name` or `cannot_write_state` where it cannot be read.
    package func certificate(of run: RunID) throws(Fault) -> [UInt8]? {
        try DurableFile.read(try path(of: run, ending: SnapshotArchive.certificateEnding))
    }

    /// Removes the certificate of a run that did not come about; none is there is fine, too.
    ///
    /// - Throws: `unusable_name` or `cannot_write_state`.
    package func discardCertificate(of run: RunID) throws(Fault) {
        try remove(path(of: run, ending: SnapshotArchive.certificateEnding))
    }

    private func pruneCertificates() throws(Fault) {
        // Runs are named by when they began, so names sort by age.
        let kept = try names().filter { $0.hasSuffix(SnapshotArchive.certificateEnding) }.sorted()
        for name in kept.dropLast(SnapshotArchive.certificatesMax) {
            try remove(folder.archivePath + "/" + name)
        }
    }
}

extension SnapshotArchive {
    /// Gives the runs of which a certificate is kept, in the order of their names.
    ///
    /// - Throws: `cannot_write_state` where the archive cannot be read.
    package func certifiedRuns() throws(Fault) -> [RunID] {
        try names().filter { $0.hasSuffix(SnapshotArchive.certificateEnding) }.sorted()
            .map { RunID(String($0.dropLast(SnapshotArchive.certificateEnding.count))) }
    }
}
