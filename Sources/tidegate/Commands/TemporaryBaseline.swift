import Foundation
import InventoryCore
import SnapshotFormats
import SnapshotSources
import StateStore
import TidegateService

/// A baseline of a snapshot that only this process sees.
enum TemporaryBaseline {
    /// Makes it in the folder for temporary files; its name is gone before anything is compared with it.
    ///
    /// - Throws: `Failure`.
    static func make(of input: SnapshotOnCommandLine) throws -> ObservedBaseline {
        let path = FileManager.default.temporaryDirectory.appending(path: "tidegate-\(UUID().uuidString)")
            .path()
        var options = DiffOptions()
        options.duplicates = input.duplicates
        do {
            let built = try ObservedBaseline.build(
                from: try SnapshotFile.open(path: input.path),
                format: input.format,
                path: path,
                generation: 1,
                options: options,
                rejected: { _ in }
            )
            try FileManager.default.removeItem(atPath: path)
            return built.baseline
        } catch {
            throw Failure(reading: error, path: input.path)
        }
    }
}

/// Writes rejected rows to standard error as they come.
final class RejectionLines {
    private let console: Console
    private var line = JSONLine()

    init(console: Console) {
        self.console = console
    }

    func write(_ row: RejectedRow) {
        line.removeAll()
        line.append(row)
        console.noteBytes(line.bytes)
    }
}
