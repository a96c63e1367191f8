import CLinux
import Glibc
package import InventoryCore

/// Copies the bytes of an open file into a new one, the cheapest way that the file systems have.
struct FileCopy {
    /// How the bytes get there, the cheapest first.
    enum Way: Int, CaseIterable, Comparable {
        /// Both files share the bytes until one of them is written.
        case reflink
        /// Both names are of one file: what is written into it in place changes the copy too.
        case link
        /// Within the kernel.
        case range
        case readAndWrite

        static func < (left: Way, right: Way) -> Bool { left.rawValue < right.rawValue }
    }

    let file: OpenFile
    let sizeBytes: Int
    /// Tests leave out the ways before it.
    var cheapest = Way.reflink
    /// Smaller files are copied rather than linked.
    var linkedFromBytes = FileCopy.linkedFromBytesDefault

    /// From here on a copy would delay stock that ends by more than some hundredths of a second.
    private static let linkedFromBytesDefault = 64 << 20
    private static let chunkBytes = 1 << 20
    /// A single call must not keep a thread for minutes.
    private static let rangeBytesMax: Int64 = 1 << 30

    /// Copies everything to the begin of an empty file, and gives the way that did it in the end.
    ///
    /// - Throws: `Fault` with `cannot_write_state`, or `delivery_changed` where the file has become shorter.
    func copy(to descriptor: Int32, path: String) throws(Fault) -> Way {
        if cheapest <= .reflink, linux_clone_file(file.descriptor, descriptor) == 0 {
            // Clones are as long as the file is now.
            guard FileState(descriptor)?.sizeBytes == sizeBytes else {
                throw Fault.deliveryChanged(file.path)
            }
            return .reflink
        }
        if link(to: path) { return .link }
        let copied = cheapest <= .range ? try copyRange(to: descriptor, path) : 0
        guard copied < sizeBytes else { return .range }
        try readAndWrite(from: copied, to: descriptor, path)
        return .readAndWrite
    }

    /// Names the file a second time, in place of the empty one; false where it is small or cannot be linked.
    private func link(to path: String) -> Bool {
        guard cheapest <= .link, sizeBytes >= linkedFromBytes, file.opened.links > 0 else { return false }
        // Removed with the archive's other unfinished files, should the process be killed here.
        let aside = path + ".partial"
        unlink(aside)
        let own = "/proc/self/fd/\(file.descriptor)"
        guard linkat(AT_FDCWD, own, AT_FDCWD, aside, AT_SYMLINK_FOLLOW) == 0 else { return false }
        if rename(aside, path) == 0 { return true }
        unlink(aside)
        return false
    }

    /// Gives how many bytes were copied; fewer than all where the kernel cannot do it between these files.
    private func copyRange(to descriptor: Int32, _ path: String) throws(Fault) -> Int {
        var done = 0
        while done < sizeBytes {
            let wanted = min(Int64(sizeBytes - done), FileCopy.rangeBytesMax)
            let length = linux_copy_range(file.descriptor, descriptor, Int64(done), wanted)
            if length > 0 {
                done += Int(length)
                continue
            }
            guard length < 0 else { break }
            let number = errno
            switch number {
            case EINTR: continue
            case ENOSPC, EDQUOT, EFBIG: throw Fault.cannotPutAside(path, number)
            default: return done
            }
        }
        return done
    }

    private func readAndWrite(from begin: Int, to descriptor: Int32, _ path: String) throws(Fault) {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: FileCopy.chunkBytes, alignment: 16)
        defer { buffer.deallocate() }
        guard lseek(descriptor, off_t(begin), SEEK_SET) == begin else {
            throw Fault.cannotPutAside(path, errno)
        }
        var offset = begin
        while true {
            let length = try file.read(into: buffer, at: offset)
            guard length > 0 else { return }
            let failure = FileCopy.write(UnsafeRawBufferPointer(rebasing: buffer[..<length]), to: descriptor)
            if let failure { throw Fault.cannotPutAside(path, failure) }
            offset += length
        }
    }

    /// Writes all of the bytes; gives the system's number of what went wrong, if anything.
    static func write(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> Int32? {
        var done = 0
        while done < bytes.count {
            let count = Glibc.write(descriptor, bytes.baseAddress?.advanced(by: done), bytes.count - done)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return errno }
            done += count
        }
        return nil
    }
}

extension Delivery {
    /// Puts the same bytes aside, packed as they are, before the run is committed.
    ///
    /// Where the file system shares bytes (reflink: XFS, btrfs, ZFS, bcachefs) this takes no time and is
    /// durable when it returns. Elsewhere the bytes are copied and reach the disk later: waiting for that
    /// would delay stock that ends. A loss of power in between is found out by the mark of the copy.
    ///
    /// A large file on the same disk is linked instead. It stays as it is where the next export is renamed
    /// into its place; one rewritten in place before it is compressed is found out by the mark too.
    ///
    /// - Parameter path: of the new file; one that is there is replaced.
    /// - Throws: `Fault` with `cannot_write_state`, or `delivery_changed`; no file is left then.
    package func take(aside path: String) throws(Fault) {
        try take(aside: path, by: FileCopy(file: file, sizeBytes: sizeBytes))
    }

    /// Copies the same bytes into a file of their own, which what is written to this one never changes.
    ///
    /// - Throws: as `take(aside:)`.
    package func copy(to path: String) throws(Fault) {
        var copy = FileCopy(file: file, sizeBytes: sizeBytes)
        copy.linkedFromBytes = .max
        try take(aside: path, by: copy)
    }

    /// Gives the way that the bytes took.
    @discardableResult
    func take(aside path: String, by copy: FileCopy) throws(Fault) -> FileCopy.Way {
        // What lies there may be a second name of the delivered file: never write into it.
        unlink(path)
        let descriptor = Glibc.open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o640)
        guard descriptor >= 0 else { throw Fault.cannotPutAside(path, errno) }
        let way: FileCopy.Way
        do throws(Fault) {
            way = try copy.copy(to: descriptor, path: path)
            if way == .reflink, fsync(descriptor) != 0 { throw Fault.cannotPutAside(path, errno) }
            if hasChanged { throw Fault.deliveryChanged(self.path) }
        } catch {
            close(descriptor)
            unlink(path)
            throw error
        }
        // Network file systems tell of a full disk only here.
        guard close(descriptor) == 0 else {
            let number = errno
            unlink(path)
            throw Fault.cannotPutAside(path, number)
        }
        return way
    }
}

extension Fault {
    static func cannotPutAside(_ path: String, _ number: Int32) -> Fault {
        Fault(
            .cannotWriteState,
            code: "cannot_write_state",
            place: path,
            message: "Cannot put the delivery aside: \(String(cString: strerror(number))).",
            hint: "Free space on that disk, or choose another folder with `store.path`."
        )
    }
}
