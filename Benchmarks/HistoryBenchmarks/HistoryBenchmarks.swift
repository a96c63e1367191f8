import Foundation
import InventoryCore
import StateStore

/// Lets a shop live for a year, and measures what its history takes and how fast one SKU's year is read.
///
///     HistoryBenchmarks FOLDER [MILLIONS [SKUS [filed]]]
///
/// Makes so many million changes of levels (10) of so many SKUs (200,000), each by a run's commit and the
/// shop's receipt, as runs make them; the history is moved into files as it is in service. With `filed` the
/// files are written at once, as they lie after such a year. A year that FOLDER has already is only read.
@main
struct HistoryBenchmarks {
    static func main() async throws {
        let arguments = Array(CommandLine.arguments.dropFirst())
        guard let folder = arguments.first else {
            say("usage: HistoryBenchmarks FOLDER [MILLIONS [SKUS]]")
            exit(64)
        }
        let millions = arguments.count > 1 ? Double(arguments[1]) ?? 10 : 10
        let skus = arguments.count > 2 ? Int(arguments[2]) ?? 200_000 : 200_000
        let changes = Int(millions * 1_000_000)
        let isThere = StateFolder(path: folder).holdsState
        let isFiled = arguments.count > 3 && arguments[3] == "filed"
        if isFiled, !isThere { try FiledYear(folder: folder, skus: skus, changes: changes).write() }
        let year = try Year(folder: folder, skus: skus, changes: changes)
        if !isFiled, !isThere { try await year.live() }
        try await year.read()
        try year.close()
    }
}

func say(_ words: Any...) {
    var line = words.map { "\($0)" }.joined(separator: " ") + "\n"
    line.withUTF8 { _ = write(1, $0.baseAddress, $0.count) }
}

func rounded(_ value: Double) -> Double { (value * 1000).rounded() / 1000 }
