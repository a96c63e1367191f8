import CLinux
import Glibc
package import InventoryCore

/// What becomes of a delivery's files once it is taken.
package enum PutAway: Hashable, Sendable {
    case keep
    case move(folder: String)
    case delete

    /// More files of one name than this mean that nobody clears the folder.
    private static let namesMax = 10_000

    /// Moves or deletes a delivery with its manifest, its orders and its done marker.
    ///
    /// A file that is not the one that was taken, going by its size and time, stays where it is.
    ///
    /// - Parameters:
    ///   - found: the delivery as it was when it was taken.
    ///   - doneMarker: the ending of done markers, where there are any.
    ///   - claims: by how many deliveries of the folder each path without extensions is claimed: what several
    ///     share stays.
    /// - Throws: `Fault` with `cannot_put_away`; what could not be moved is where it was.
    package func apply(to found: DropFolder.Found, doneMarker: String?, claims: [FilePath: Int])
        throws(Fault)
    {
        guard self != .keep, let state = found.file.state, state.kind == .regular,
            state.sizeBytes == found.sizeBytes, state.modified.timestamp == found.modified
        else { return }
        let endings = [ContractManifest.suffix, OrderFile.suffix, doneMarker].compactMap(\.self)
        let own = found.file.shortened.enumerated().filter { $0 == 0 || claims[$1] == 1 }
        let companions = own.flatMap { path in endings.map { path.element.appending(suffix: $0) } }
        try apply(to: found.file)
        for companion in companions where companion.state?.kind == .regular { try apply(to: companion) }
    }

    /// By how many of the deliveries each path without extensions is claimed.
    package static func claims(of found: [DropFolder.Found]) -> [FilePath: Int] {
        var claims: [FilePath: Int] = [:]
        for one in found {
            for path in one.file.shortened { claims[path, default: 0] += 1 }
        }
        return claims
    }

    private func apply(to file: FilePath) throws(Fault) {
        switch self {
        case .keep: return
        case .delete:
            guard file.withCString({ unlink($0) }) == 0 || errno == ENOENT else {
                throw PutAway.fault(file, "deleted", errno)
            }
        case .move(let folder):
            if mkdir(folder, 0o750) != 0, errno != EEXIST { throw PutAway.fault(file, "moved", errno) }
            try PutAway.move(file, to: try PutAway.free(file.name, in: FilePath(folder)))
        }
    }

    /// A name in the folder that no file has: an earlier delivery of the same name is not overwritten.
    private static func free(_ name: FilePath, in folder: FilePath) throws(Fault) -> FilePath {
        let wanted = folder.appending(name: name.bytes)
        for number in 0..<namesMax {
            let path = number == 0 ? wanted : wanted.appending(suffix: ".\(number)")
            var status = stat()
            if path.withCString({ lstat($0, &status) }) != 0 { return path }
        }
        throw fault(wanted, "moved", EEXIST)
    }

    private static func move(_ file: FilePath, to target: FilePath) throws(Fault) {
        if file.withCString({ from in target.withCString { rename(from, $0) } }) == 0 { return }
        guard errno == EXDEV else { throw fault(file, "moved", errno) }
        try copy(file, to: target)
        guard file.withCString({ unlink($0) }) == 0 else {
            let number = errno
            _ = target.withCString { unlink($0) }
            throw fault(file, "moved", number)
        }
    }

    /// Copies onto another file system, durably, under a name that no source takes for a delivery.
    private static func copy(_ file: FilePath, to target: FilePath) throws(Fault) {
        let opened = try OpenFile(file)
        let partial = target.appending(suffix: ".part")
        let descriptor = partial.withCString { open($0, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o640) }
        guard descriptor >= 0 else { throw fault(file, "moved", errno) }
        do throws(Fault) {
            var copy = FileCopy(file: opened, sizeBytes: opened.opened.sizeBytes)
            copy.cheapest = .range
            _ = try copy.copy(to: descriptor, path: partial.text)
            let time = opened.opened.modified
            let stamp = timespec(tv_sec: Int(time.seconds), tv_nsec: Int(time.nanoseconds))
            guard futimens(descriptor, [stamp, stamp]) == 0, fsync(descriptor) == 0,
                partial.withCString({ from in target.withCString { rename(from, $0) } }) == 0
            else { throw fault(file, "moved", errno) }
            close(descriptor)
        } catch {
            close(descriptor)
            _ = partial.withCString { unlink($0) }
            throw error
        }
    }

    private static func fault(_ file: FilePath, _ done: String, _ number: Int32) -> Fault {
        Fault(
            .unavailable,
            code: .cannotPutAway,
            place: file.text,
            message: "The delivery was taken, and its file cannot be \(done): "
                + "\(String(cString: strerror(number))).",
            hint: "Give the user that runs tidegate the right to, or correct the source's `after`."
        )
    }
}
