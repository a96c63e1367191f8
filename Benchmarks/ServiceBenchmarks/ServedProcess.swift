import Foundation
import OroSimulator

/// `tidegate serve` in a process of its own.
final class ServedProcess {
    let port: Int
    let drop: String
    private let process: Process
    private let configuration: String
    private let ticksPerSecond = Double(sysconf(Int32(_SC_CLK_TCK)))

    init(folder: String, program: String, shop: String, stock: BenchmarkStock) throws {
        let state = folder + "/service-state"
        drop = folder + "/service-drop"
        port = 18_100 + Int.random(in: 0..<800)
        for path in [state, drop] where FileManager.default.fileExists(atPath: path) {
            try FileManager.default.removeItem(atPath: path)
        }
        try FileManager.default.createDirectory(atPath: drop, withIntermediateDirectories: true)
        configuration = folder + "/service.yaml"
        let text = """
            source:
              kind: folder
              path: \(drop)
              format: csv
              scope: full
              contract: { rows_min: 1 }
              watch: true
              after: delete
              events: { answers: strict }
            units: [{ erp: EA, per_base: 1, oro: item }]
            guards:
              { newly_zero_count_max: 10000000, newly_zero_percent_max: 100, total_drop_percent_max: 100,
                total_rise_percent_max: 100000, shown_zero_count_max: 10000000, shown_zero_percent_max: 100 }
            oro:
              url: \(shop)
              client_id: benchmark
              client_secret_file: \(folder)/service-secret
              push: { settle: 10s }
            store: { path: \(state), archive_keep: 2 }
            service: { bind: "127.0.0.1:\(port)" }

            """
        try text.write(toFile: configuration, atomically: true, encoding: .utf8)
        try "benchmark-secret".write(toFile: folder + "/service-secret", atomically: true, encoding: .utf8)
        chmod(folder + "/service-secret", 0o600)
        try stock.write(to: drop + "/first.csv")
        process = Process()
        process.executableURL = URL(filePath: program)
        process.arguments = ["serve", "--config", configuration, "--log-level", "warning"]
        try process.run()
    }

    /// What a command prints that the service carries out.
    func output(of arguments: [String]) async throws -> String {
        let command = Process()
        command.executableURL = process.executableURL
        command.arguments = arguments + ["--config", configuration]
        let pipe = Pipe()
        command.standardOutput = pipe
        try command.run()
        let bytes = try pipe.fileHandleForReading.readToEnd() ?? Data()
        command.waitUntilExit()
        return String(decoding: bytes, as: UTF8.self)
    }

    func stop() {
        process.terminate()
        process.waitUntilExit()
    }

    /// Waits until the first snapshot is in the shop.
    func waitUntilFilled(_ simulator: RunningSimulator, levels: Int) async throws {
        let began = ContinuousClock.now
        while simulator.ledgerCount < levels {
            guard process.isRunning else { throw BenchmarkFailure("the service has ended") }
            guard began.duration(to: .now) < .seconds(900) else {
                throw BenchmarkFailure("the shop has only \(simulator.ledgerCount) of \(levels) levels")
            }
            try await Task.sleep(for: .milliseconds(50))
        }
        try await Task.sleep(for: .seconds(5))
    }

    /// Megabytes that the process has in memory now.
    var residentMegabytes: Int {
        let pages = field("statm", 1)
        return (pages * Int(sysconf(Int32(_SC_PAGESIZE)))) >> 20
    }

    /// The same without pages of files, which the system takes back when it needs them.
    var anonymousMegabytes: Int { ServedProcess.anonymousMegabytes(of: id) }

    /// The same of any process.
    static func anonymousMegabytes(of id: Int32) -> Int {
        let pages = field("statm", 1, of: id) - field("statm", 2, of: id)
        return (pages * Int(sysconf(Int32(_SC_PAGESIZE)))) >> 20
    }

    var id: Int32 { process.processIdentifier }

    /// Processor time so far.
    var processorSeconds: Double { Double(field("stat", 13) + field("stat", 14)) / ticksPerSecond }

    private func field(_ file: String, _ number: Int) -> Int {
        ServedProcess.field(file, number, of: id)
    }

    private static func field(_ file: String, _ number: Int, of id: Int32) -> Int {
        guard let text = try? String(contentsOfFile: "/proc/\(id)/\(file)", encoding: .utf8)
        else { return 0 }
        // The name stands in brackets and may have blanks.
        let rest = file == "stat" ? text.split(separator: ")").last.map { "0 0" + $0 } ?? "" : text
        let fields = rest.split(separator: " ")
        return fields.indices.contains(number) ? Int(fields[number]) ?? 0 : 0
    }
}
