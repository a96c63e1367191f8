import Foundation
import InventoryCore
import TidegatePipeline

/// A file that is there whole or not at all.
struct AtomicFile {
    private let path: String
    private let temporary: String
    private let handle: FileHandle

    /// Begins the file beside its place.
    ///
    /// - Throws: `Fault`, exit status 73.
    init(path: String) throws {
        self.path = path
        temporary = "\(path).\(ProcessInfo.processInfo.processIdentifier).tmp"
        guard FileManager.default.createFile(atPath: temporary, contents: nil),
            let handle = FileHandle(forWritingAtPath: temporary)
        else { throw AtomicFile.failure(path, "it cannot be created") }
        self.handle = handle
    }

    func write(_ bytes: UnsafeRawBufferPointer) throws {
        do {
            try handle.write(contentsOf: bytes)
        } catch {
            throw AtomicFile.failure(path, error.localizedDescription)
        }
    }

    /// Makes the file durable and puts it in its place.
    func commit() throws {
        do {
            try handle.synchronize()
            try handle.close()
        } catch {
            throw AtomicFile.failure(path, error.localizedDescription)
        }
        guard rename(temporary, path) == 0 else {
            throw AtomicFile.failure(path, String(cString: strerror(errno)))
        }
    }

    private static func failure(_ path: String, _ why: String) -> Fault {
        Fault(
            .cannotWriteState,
            code: "cannot_write_output",
            message: "\(path) cannot be written: \(why).",
            hint: "Name a file in a folder that you may write in, with room on its disk."
        )
    }
}
