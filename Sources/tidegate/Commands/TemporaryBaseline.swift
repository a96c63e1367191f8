import DeltaEngine
import Foundation
import InventoryCore
import SnapshotFormats
import SnapshotSources
import TidegatePipeline

/// A baseline of a snapshot that only this process sees.
enum TemporaryBaseline {
    /// Makes it in the folder for temporary files; its name is gone before anything is compared with it.
    ///
    /// - Throws: `Fault`.
    static func make(of input: SnapshotOnCommandLine) throws -> ObservedBaseline {
        var options = DiffOptions()
        options.duplicates = input.duplicates
        do {
            return try ObservedBaseline.temporary(
                from: try SnapshotFile.open(path: input.path),
                format: input.format,
                folder: FileManager.default.temporaryDirectory.path(),
                options: options,
                rejected: { _ in }
            ).baseline
        } catch {
            throw Fault(reading: error, path: input.path)
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
