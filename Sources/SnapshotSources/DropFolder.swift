import Glibc
package import InventoryCore

/// A folder into which deliveries are dropped.
///
/// A file is a complete delivery when it is a regular file whose name matches the pattern, is not hidden, and
/// ends in none of `.tmp`, `.part`, `.partial`, `.filepart`, `.done`, `.manifest.json` and `.orders.csv`;
/// and, where a done marker is required, when that stands beside it (`DoneMarkers`). Exporters should write
/// under another name and rename.
package struct DropFolder: Hashable, Sendable {
    /// A complete delivery in the folder.
    package struct Found: Hashable, Sendable {
        package let file: FilePath
        package let sizeBytes: Int
        package let modified: Timestamp
        /// What its manifest states, if it has one that can be understood.
        package fileprivate(set) var contract: SnapshotContract?
        /// Why its manifest cannot be understood; it must not keep others from being taken.
        package fileprivate(set) var fault: Fault?

        package var path: String { file.text }
        /// The last part of the path, escaped where it is no text.
        package var name: String { file.name.text }

        /// The regular file at a path that is always the same; nothing where there is none.
        package init?(at path: String) {
            let file = FilePath(path)
            guard let state = file.state, state.kind == .regular else { return nil }
            self.init(file: file, sizeBytes: state.sizeBytes, modified: state.modified.timestamp)
        }

        init(file: FilePath, sizeBytes: Int, modified: Timestamp) {
            self.file = file
            self.sizeBytes = sizeBytes
            self.modified = modified
        }

        /// Whether a manifest beside it was written after an instant.
        package func hasManifest(writtenAfter instant: Timestamp) -> Bool {
            file.shortened.contains { path in
                let state = path.appending(suffix: ContractManifest.suffix).state
                return state.map { $0.modified.timestamp > instant } ?? false
            }
        }
    }

    package var folder: String
    /// A shell pattern for file names (`stock-*.csv*`).
    package var pattern: String
    /// What is appended to a delivery's name to get the name of the file that says it is complete.
    package var doneMarker: String?
    /// More entries than this mean that nobody clears the folder, or that it is the wrong one.
    package var entriesMax = 100_000

    private static let ignoredSuffixes = [
        ".tmp", ".part", ".partial", ".filepart", ".done", ContractManifest.suffix, OrderFile.suffix,
    ]

    package init(folder: String, pattern: String = "*", doneMarker: String? = nil) {
        self.folder = folder
        self.pattern = pattern
        self.doneMarker = doneMarker
    }

    /// Gives the newest complete delivery.
    ///
    /// - Throws: `Fault` with `no_snapshot` when there is none, that of its manifest, and as `found()`.
    package func newest() throws(Fault) -> Found {
        guard let newest = try found().last else { throw nothing }
        if let fault = newest.fault { throw fault }
        return newest
    }

    /// That there is no complete delivery.
    package var nothing: Fault {
        let marker = doneMarker.map { " with its \($0) marker" } ?? ""
        return Fault(
            .inputMissing,
            code: .noSnapshot,
            place: folder,
            message: "The folder has no complete snapshot that matches \"\(pattern)\"\(marker).",
            hint: "Check the export, the pattern and the path."
        )
    }

    /// Gives the complete deliveries with what their manifests state, the newest last.
    ///
    /// - Throws: `Fault` when the folder cannot be read.
    package func found(by order: DeliveryOrder = .sequenceElseTime) throws(Fault) -> [Found] {
        order.sorted(DropFolder.stated(try complete()))
    }

    /// Gives the same deliveries with what their manifests state.
    package static func stated(_ found: [Found]) -> [Found] {
        found.map { one in
            var one = one
            do throws(Fault) {
                one.contract = try ContractManifest.contract(beside: one.file)
            } catch {
                one.fault = error
            }
            return one
        }
    }

    /// Gives the complete deliveries by name; no manifest is read.
    ///
    /// - Throws: `Fault` when the folder cannot be read.
    package func complete() throws(Fault) -> [Found] {
        let names = try entries()
        let markers = doneMarker.map { DoneMarkers(ending: $0, names: names, isDelivery: isDelivery) }
        let base = FilePath(folder)
        var found: [Found] = []
        for name in names where isDelivery(name) {
            let path = base.appending(name: name)
            // A file that is gone by now was cleared away; the others still count.
            guard let state = path.state, state.kind == .regular else { continue }
            if let markers, !markers.say(isComplete: name, state, in: base) { continue }
            found.append(
                Found(file: path, sizeBytes: state.sizeBytes, modified: state.modified.timestamp)
            )
        }
        return found.sorted { $0.file.bytes.lexicographicallyPrecedes($1.file.bytes) }
    }

    /// Whether the name alone allows the file to be a complete delivery.
    package func isDelivery(_ name: String) -> Bool { isDelivery(Array(name.utf8)) }

    private func isDelivery(_ name: [UInt8]) -> Bool {
        guard name.first != UInt8(ascii: ".") else { return false }
        let suffixes = DropFolder.ignoredSuffixes + [doneMarker].compactMap(\.self)
        guard
            !suffixes.contains(where: {
                name.count >= $0.utf8.count && name.suffix($0.utf8.count).elementsEqual($0.utf8)
            })
        else { return false }
        return FilePath(bytes: name).withCString { fnmatch(pattern, $0, FNM_PERIOD) } == 0
    }

    private func entries() throws(Fault) -> [[UInt8]] {
        guard let stream = opendir(folder) else { throw cannotOpen(errno) }
        defer { closedir(stream) }
        var names: [[UInt8]] = []
        errno = 0
        while let entry = readdir(stream) {
            names.append(withUnsafeBytes(of: &entry.pointee.d_name) { Array($0.prefix { $0 != 0 }) })
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
