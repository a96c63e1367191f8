import Foundation

/// Runs with many positions in doubt, beside runs with none.
///
/// Of the positions in doubt a guard holds the fall to 0: they are stated again by each delivery, and stay.
extension Pipeline {
    private static let doubtsMax = 50_000
    private static let doubtful = ["doubtful-base.csv", "doubtful-next.csv"]

    private var doubtfulState: String { folder + "/pipeline-doubtful" }

    /// Prints the medians of runs in turns: clear and doubtful, of the next file and of the same one.
    func compareDoubts(times: Int) async throws {
        try writeDoubtful()
        try await prepare(doubtfulState, by: Pipeline.doubtful[0])
        let kinds: [(name: String, file: String, state: String)] = [
            ("clear", "next.csv", prepared),
            ("doubtful", Pipeline.doubtful[1], doubtfulState),
            ("clear, identical", "base.csv", prepared),
            ("doubtful, identical", Pipeline.doubtful[0], doubtfulState),
        ]
        var seconds = kinds.map { _ in [Double]() }
        for _ in 0..<times {
            for (number, kind) in kinds.enumerated() {
                let run = try await run(kind.file, on: kind.state)
                seconds[number].append(run.seconds)
                say("\(kind.name) \(rounded(run.seconds)) s:", run.report)
            }
        }
        let medians = seconds.map { $0.sorted()[$0.count / 2] }
        say(
            "medians of \(times):",
            zip(kinds, medians).map { "\($0.name) \(rounded($1)) s" }.joined(separator: ", ")
        )
        say("doubtful / clear: \(rounded(medians[1] / medians[0]))")
    }

    /// Writes base and next file once more, with so many positions at 0 that had stock: nine in ten of one
    /// location after another.
    private func writeDoubtful() throws {
        guard !Pipeline.doubtful.allSatisfy({ FileManager.default.fileExists(atPath: "\(folder)/\($0)") })
        else { return }
        let keys = try doubtfulKeys()
        for (from, to) in zip(["base.csv", "next.csv"], Pipeline.doubtful) {
            var text = ""
            for line in try String(contentsOfFile: "\(folder)/\(from)", encoding: .utf8).split(
                separator: "\n"
            ) {
                let fields = line.split(separator: ",", omittingEmptySubsequences: false)
                if keys.contains(Pipeline.key(fields)) {
                    text += fields[..<3].joined(separator: ",") + ",0,0,\(fields[5])\n"
                } else {
                    text += line + "\n"
                }
            }
            try text.write(toFile: "\(folder)/\(to)", atomically: true, encoding: .utf8)
        }
    }

    private func doubtfulKeys() throws -> Set<String> {
        var byLocation: [Substring: [String]] = [:]
        let base = try String(contentsOfFile: "\(folder)/base.csv", encoding: .utf8)
        for line in base.split(separator: "\n").dropFirst() {
            let fields = line.split(separator: ",", omittingEmptySubsequences: false)
            guard let onHand = Double(fields[3]), onHand > 0 else { continue }
            byLocation[fields[1], default: []].append(Pipeline.key(fields))
        }
        let chosen = byLocation.sorted { $0.key < $1.key }.flatMap { _, keys in
            keys.enumerated().filter { $0.offset % 10 != 0 }.map(\.element)
        }
        return Set(chosen.prefix(Pipeline.doubtsMax))
    }

    private static func key(_ fields: [Substring]) -> String { fields[..<3].joined(separator: ",") }
}
