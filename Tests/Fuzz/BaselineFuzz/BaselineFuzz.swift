import Glibc
import InventoryCore
import SnapshotFormats
import StateStore
import TestSupport

/// Opens mutated baseline files and asks them everything: they answer or refuse, and nothing else.
///
/// An input is a whole file; `--seeds FOLDER` writes sound ones to begin with. The mutations are those of
/// `FileMutation`, which mostly seals again what it has changed.
@main
enum BaselineFuzz {
    /// In memory where there is such a folder.
    private static let path =
        "\(access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp")/tidegate-fuzz.\(getpid())"

    static func main() throws {
        if CommandLine.arguments.count == 3, CommandLine.arguments[1] == "--seeds" {
            return try SeedFiles.write(to: CommandLine.arguments[2])
        }
        var count = CommandLine.argc
        var arguments = CommandLine.unsafeArgv
        _ = runDriver(&count, &arguments) { bytes, count in
            BaselineFuzz.check(UnsafeRawBufferPointer(start: bytes, count: count))
            return 0
        }
        unlink(path)
    }

    private static func check(_ bytes: UnsafeRawBufferPointer) {
        write(bytes)
        do {
            let baseline = try ObservedBaseline.open(path: path)
            _ = baseline.info.newestAsOf?.description
            _ = baseline.locationTotals
            let isSound = (try? baseline.verify(workers: 1)) != nil
            var positions: [Position] = []
            try baseline.forEach { positions.append($0) }
            if isSound, positions.count > SeedFiles.rowsMax * 2 {
                fatalError("\(positions.count) positions")
            }
            _ = baseline.positions(of: Set(positions.prefix(50).map(\.key.sku)))
            for position in positions.prefix(50) { _ = baseline.net(position.key) }
            for text in SeedFiles.snapshots { try diff(baseline, text) }
            try? baseline.fold()
            try? baseline.forEach { _ in }
        } catch let error as BaselineError {
            precondition(!error.hint.isEmpty)
        } catch {
            fatalError("unexpected: \(error)")
        }
        unlink(BaselineFuzz.path + ".previous")
    }

    private static func diff(_ baseline: ObservedBaseline, _ text: String) throws {
        do {
            let source = PiecesOfBytes(Array(text.utf8), pieceMax: 1 << 16, seed: 1)
            let diff = try baseline.diff(source, format: SnapshotFormat()) { _ in }
            try diff.forEach { _ in }
            var lines = DeltaLines(.json)
            try lines.write(diff) { _ in }
            try baseline.accept(diff, generation: baseline.generation &+ 1)
            _ = try ObservedBaseline.open(path: path)
        } catch let error as BaselineError {
            // Damage that is met on the way is told, and ends it.
            precondition(!error.hint.isEmpty)
        }
    }

    private static func write(_ bytes: UnsafeRawBufferPointer) {
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

/// libFuzzer's own main loop; its library is linked by the script that runs this.
@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
    _ count: UnsafeMutablePointer<CInt>,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
    _ one: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt
