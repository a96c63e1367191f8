import DeltaEngine
import Glibc
import InventoryCore
import SnapshotFormats
import TestSupport

/// Asks everything of a baseline file, sound or not; anything but an answer or a fault ends the process.
struct BaselineQuestions {
    /// Where the file is written to be opened.
    let path: String

    /// Asks; the file is gone afterwards.
    func ask(_ bytes: UnsafeRawBufferPointer) {
        write(bytes)
        do {
            try ask(ObservedBaseline.open(path: path))
        } catch let error as Fault {
            precondition(!error.hint.isEmpty)
        } catch {
            fatalError("unexpected: \(error)")
        }
        unlink(path)
        unlink(path + ".previous")
    }

    private func ask(_ baseline: ObservedBaseline) throws {
        _ = baseline.info.newestAsOf?.description
        _ = baseline.locationTotals
        try? baseline.verify(workers: 1)
        var positions: [Position] = []
        try baseline.view.forEach { positions.append($0) }
        _ = try baseline.view.positions(of: Set(positions.prefix(50).map(\.key.sku)))
        for position in positions.prefix(50) { _ = try baseline.view.net(position.key) }
        for text in SeedFiles.snapshots { try diff(baseline, text) }
        try? baseline.fold()
        try? baseline.view.forEach { _ in }
    }

    private func diff(_ baseline: ObservedBaseline, _ text: String) throws {
        do {
            let source = TemporaryFile(Array(text.utf8))
            let diff = try baseline.diff(source, format: SnapshotFormat()) { _ in }
            try diff.forEach { _ in }
            var lines = DeltaLines(.json)
            try lines.write(diff) { _ in }
            try baseline.accept(diff, generation: baseline.generation + 1)
            _ = try ObservedBaseline.open(path: path)
        } catch let error as Fault {
            // Damage that is met on the way is told, and ends it.
            precondition(!error.hint.isEmpty)
        }
    }

    private func write(_ bytes: UnsafeRawBufferPointer) {
        unlink(path)
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        precondition(descriptor >= 0)
        var done = 0
        while done < bytes.count {
            let count = Glibc.write(descriptor, bytes.baseAddress.map { $0 + done }, bytes.count - done)
            precondition(count > 0)
            done += count
        }
        close(descriptor)
    }
}
