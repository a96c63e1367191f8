import DeltaEngine
import Glibc
import InventoryCore
import SnapshotFormats

/// Makes data and measures the delta core; see Benchmarks/compare.sh for the comparison with other tools.
///
///     DeltaBenchmarks generate ROWS FOLDER [SEED]
///     DeltaBenchmarks suites FOLDER [WORKERS [SUITE …]]
///     DeltaBenchmarks build SNAPSHOT BASELINE
///     DeltaBenchmarks diff BASELINE SNAPSHOT OUTPUT [--accept]
///
/// Suites: scan build diff identical accept events skus ndjson shapes compressed.
@main
struct DeltaBenchmarks {
    static func main() throws {
        let arguments = Array(CommandLine.arguments.dropFirst())
        switch (arguments.first, arguments.count) {
        case ("generate", 3...):
            let seed = arguments.count > 3 ? UInt64(arguments[3]) ?? 1 : 1
            var generator = Generator(rows: Int(arguments[1]) ?? 0, folder: arguments[2], seed: seed)
            generator.run()
        case ("suites", 2...):
            let workers = arguments.count > 2 ? Int(arguments[2]) ?? 2 : 2
            try Suites(folder: arguments[1], workers: workers, times: 5).run(Array(arguments.dropFirst(3)))
        case ("build", 3):
            _ = try ObservedBaseline.build(
                from: InputFile(arguments[1]),
                format: SnapshotFormat(),
                path: arguments[2],
                generation: 1
            ) { _ in }
        case ("diff", 4...): try diff(arguments)
        default: Text.out("usage: DeltaBenchmarks generate|suites|build|diff …\n")
        }
    }

    private static func diff(_ arguments: [String]) throws {
        let baseline = try ObservedBaseline.open(path: arguments[1])
        let diff = try baseline.diff(InputFile(arguments[2]), format: SnapshotFormat()) { _ in }
        let output = open(arguments[3], O_WRONLY | O_CREAT | O_TRUNC, 0o644)
        defer { close(output) }
        var lines = DeltaLines(.csv)
        try lines.write(diff) { _ = write(output, $0.baseAddress, $0.count) }
        guard arguments.contains("--accept") else { return }
        fdatasync(output)
        try baseline.accept(diff, generation: baseline.generation + 1)
    }
}

/// A plain file, read whole.
final class InputFile: ByteSource {
    private let descriptor: Int32
    let lengthBytes: Int

    init(_ path: String) {
        descriptor = open(path, O_RDONLY)
        var status = stat()
        precondition(descriptor >= 0 && fstat(descriptor, &status) == 0, "cannot open \(path)")
        lengthBytes = Int(status.st_size)
    }

    deinit {
        close(descriptor)
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        Glibc.read(descriptor, buffer.baseAddress, buffer.count)
    }

    var plainFile: PlainFile? { PlainFile(descriptor: descriptor, lengthBytes: lengthBytes) }
}

/// Processor time and memory used so far.
enum Clock {
    static var wall: Double { seconds(CLOCK_MONOTONIC) }
    static var processor: Double { seconds(CLOCK_PROCESS_CPUTIME_ID) }

    static var peakMegabytes: Int {
        var usage = rusage()
        getrusage(__rusage_who_t(0), &usage)
        return usage.ru_maxrss / 1024
    }

    private static func seconds(_ clock: clockid_t) -> Double {
        var time = timespec()
        clock_gettime(clock, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }
}

/// Text for the terminal.
enum Text {
    static func out(_ text: String) {
        var text = text
        text.withUTF8 { _ = write(1, $0.baseAddress, $0.count) }
    }

    static func milliseconds(_ seconds: Double) -> String { rounded(seconds * 1000) }

    static func rounded(_ value: Double) -> String {
        let tenths = Int((value * 10).rounded())
        return "\(tenths / 10).\(tenths % 10)"
    }
}
