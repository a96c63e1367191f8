import Foundation

/// Measures a run from the snapshot to the filled outbox, compared with diff and accept alone.
///
///     PipelineBenchmarks FOLDER [TIMES [doubts | orders]]
///
/// FOLDER has the `base.csv` and `next.csv` of `DeltaBenchmarks generate`. There is no shop, and none is
/// asked: its levels are in the state folder, and the run is stopped where it would start sending. `doubts`
/// compares runs with and without 50,000 positions in doubt instead, and runs of the file that was there;
/// `orders` compares runs with and without 100,000 open order lines, and measures a poll beside them.
@main
struct PipelineBenchmarks {
    static func main() async throws {
        let arguments = Array(CommandLine.arguments.dropFirst())
        guard let folder = arguments.first else {
            say("usage: PipelineBenchmarks FOLDER [TIMES]")
            exit(64)
        }
        let times = arguments.count > 1 ? Int(arguments[1]) ?? 5 : 5
        let pipeline = try Pipeline(folder: folder)
        try await pipeline.prepare()
        if arguments.dropFirst(2).first == "doubts" { return try await pipeline.compareDoubts(times: times) }
        if arguments.dropFirst(2).first == "orders" { return try await pipeline.compareOrders(times: times) }
        var ratios: [Double] = []
        for _ in 0..<times {
            let alone = try await pipeline.diffAndAccept()
            let run = try await pipeline.run()
            ratios.append(run.seconds / alone)
            say("diff + accept \(rounded(alone)) s, run \(rounded(run.seconds)) s:", run.report)
        }
        say("ratio, median of \(times): \(rounded(ratios.sorted()[times / 2]))")
        try await pipeline.append()
    }
}

func say(_ words: Any...) {
    var line = words.map { "\($0)" }.joined(separator: " ") + "\n"
    line.withUTF8 { _ = write(1, $0.baseAddress, $0.count) }
}

func rounded(_ value: Double) -> Double { (value * 1000).rounded() / 1000 }
