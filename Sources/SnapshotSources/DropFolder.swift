import Glibc
package import InventoryCore

/// A folder into which deliveries are dropped.
///
/// A file is a complete delivery when it is a regular file whose name matches the pattern, is not hidden, and
/// ends in none of `.tmp`, `.part`, `.done` and `.manifest.json`; and, where done markers are required, when
/// `NAME.done` stands beside it (NAME with or without its extensions, as for the manifest). Exporters should
/// write under another name and rename.
///
/// The newest is the one with the highest sequence in its manifest (one with a sequence is newer than one
/// without), then with the latest modification time, then with the greatest name byte for byte. It supersedes
/// the older ones: a snapshot states what is now, not what has changed.
package struct DropFolder: Hashable, Sendable {
    /// A complete delivery in the folder.
    package struct Found: Hashable, Sendable {
        package let path: String
        package let modified: Timestamp
        /// What its manifest states, if it has one.
        package let contract: SnapshotContract?
    }

    package var folder: String
    /// A shell pattern for file names (`stock-*.csv*`).
    package var pattern: String
    package var requiresDoneMarker: Bool
    /// More entries than this mean that nobody clears the folder, or that it is the wrong one.
    package var entriesMax = 100_000

    private static let ignoredSuffixes = [".tmp", ".part", ".done", ContractManifest.suffix]

    package init(folder: String, pattern: String = "*", requiresDoneMarker: Bool = false) {
        self.folder = folder
        self.pattern = pattern
        self.requiresDoneMarker = requiresDoneMarker
    }

    /// Gives the newest complete delivery.
    ///
    /// - Throws: `Fault` with `no_snapshot` when there is none, and as `found()`.
    package func newest() throws(Fault) -> Found {
        if let newest = try found().last { return newest }
        let marker = requiresDoneMarker ? " with its .done marker" : ""
        throw Fault(
            .inputMissing,
            code: .noSnapshot,
            place: folder,
            message: "The folder has no complete snapshot that matches \"\(pattern)\"\(marker).",
            hint: "Check the export, the pattern and the path."
        )
    }

    /// Gives all complete deliveries, the newest last.
    ///
    /// - Throws: `Fault` when the folder or a manifest cannot be read.
    package func found() throws(Fault) -> [Found] {
        let names = try entries()
        let all = Set(names)
        var found: [Found] = []
        for name in names where isDelivery(name) {
            if requiresDoneMarker,
                !ContractManifest.names(of: name).contains(where: { all.contains($0 + ".done") })
            {
                continue
            }
            let path = folder + "/" + name
            var status = stat()
            // A file that is gone by now was cleared away; the others still count.
            guard stat(path, &status) == 0 else { continue }
            let state = FileState(status)
            guard state.kind == .regular else { continue }
            found.append(
                Found(
                    path: path,
                    modified: state.modified.timestamp,
                    contract: try ContractManifest.contract(besideSnapshot: path)
                )
            )
        }
        return found.sorted(by: DropFolder.isOlder)
    }

    /// Whether the name alone allows the file to be a complete delivery.
    package func isDelivery(_ name: String) -> Bool {
        !name.hasPrefix(".") && !DropFolder.ignoredSuffixes.contains(where: name.hasSuffix)
            && fnmatch(pattern, name, FNM_PERIOD) == 0
    }

    private static func isOlder(_ left: Found, _ right: Found) -> Bool {
        let leftSequence = left.contract?.sequence ?? Int64.min
        let rightSequence = right.contract?.sequence ?? Int64.min
        if leftSequence != rightSequence { return leftSequence < rightSequence }
        if left.modified != right.modified { return left.modified < right.modified }
        return left.path.utf8.lexicographicallyPrecedes(right.path.utf8)
    }

    private func entries() throws(Fault) -> [String] {
        guard let stream = opendir(folder) else { throw cannotOpen(errno) }
        defer { closedir(stream) }
        var names: [String] = []
        errno = 0
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            names.append(name)
            guard names.count <= entriesMax else {
                throw Fault(
                    .unavailable,
                    code: .tooManyFiles,
                    place: folder,
                    message: "The folder has more than \(entriesMax) entries.",
                    hint: "Clear old snapshots away, or check the path."
                )
            }
            errno = 0
        }
        guard errno == 0 else { throw cannotOpen(errno) }
        return names
    }

    private func cannotOpen(_ number: Int32) -> Fault {
        let code: Fault.Code =
            switch number {
            case ENOENT, ENOTDIR: .notFound
            case EACCES, EPERM: .notReadable
            default: .readFailed
            }
        return Fault(
            code == .notFound ? .inputMissing : .unavailable,
            code: code,
            place: folder,
            message: "The folder cannot be read: \(String(cString: strerror(number))).",
            hint: "Check the source's path, and that the user that runs tidegate may read it."
        )
    }
}
