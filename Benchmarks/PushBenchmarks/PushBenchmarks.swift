import Foundation
import InventoryCore

/// Measures the push against the simulated shop over HTTP; see Benchmarks/push.sh.
///
///     PushBenchmarks suites FOLDER [SUITE …]
///
/// It starts itself again where a separate process is needed:
///
///     PushBenchmarks shop LEVELS | seed FOLDER LEVELS URL | push FOLDER MODE
@main
struct PushBenchmarks {
    static func main() async throws {
        let arguments = Array(CommandLine.arguments.dropFirst())
        switch (arguments.first, arguments.count) {
        case ("suites", 2...):
            try await Suites(folder: arguments[1]).run(Array(arguments.dropFirst(2)))
        case ("shop", 2): try await ShopProcess.serve(levels: Int(arguments[1]) ?? 0)
        case ("seed", 4):
            let stage = try Stage(folder: arguments[1], url: arguments[3])
            try await stage.seed(levels: Int(arguments[2]) ?? 0)
        case ("push", 3): try await PushProcess.push(folder: arguments[1], mode: arguments[2])
        default: Report.line("usage: PushBenchmarks suites FOLDER [SUITE …]")
        }
    }
}

/// What this process has used so far.
enum Used {
    static var processorSeconds: Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }

    static var peakMegabytes: Int {
        var usage = rusage()
        getrusage(__rusage_who_t(0), &usage)
        return usage.ru_maxrss / 1024
    }
}

extension Duration {
    var inSeconds: Double {
        Double(components.seconds) + Double(components.attoseconds) * 1e-18
    }
}

/// The measured lines, on the terminal as they come.
enum Report {
    /// Prints a line with what was wanted beside what was measured.
    static func figure(_ name: String, _ measured: String, wanted: String, isMet: Bool) {
        line("\(isMet ? "met   " : "MISSED")  \(name): \(measured) (wanted: \(wanted))")
    }

    static func line(_ text: String) {
        FileHandle.standardOutput.write(Data((text + "\n").utf8))
    }
}

extension Double {
    /// The number with so many decimals.
    func rounded(to decimals: Int) -> String { String(format: "%.\(decimals)f", self) }

    var percent: String { (self * 100).rounded(to: 1) + " %" }
}
