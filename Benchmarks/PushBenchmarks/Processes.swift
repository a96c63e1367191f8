import Foundation
import InventoryCore
import OroSimulator
import TidegatePipeline

/// The shop in a process of its own, without a cost model: as fast as the machine can.
struct ShopProcess {
    let url: String
    private let process: Process

    static func serve(levels: Int) async throws {
        var options = SimulatorOptions(catalogue: Stage.catalogue(levels: levels))
        options.operationDelayMilliseconds = 0
        options.disorder = 0
        let simulator = OroSimulator(options: options) { Report.line($0) }
        try await simulator.run()
    }

    /// Starts it and waits until it listens.
    static func start(levels: Int) throws -> ShopProcess {
        let output = Pipe()
        let process = Process.ofThisProgram(["shop", String(levels)], output: output)
        try process.run()
        var line: [UInt8] = []
        while !line.contains(UInt8(ascii: "\n")) {
            let bytes = output.fileHandleForReading.availableData
            guard !bytes.isEmpty else { throw BenchmarkFailure("the shop did not start") }
            line += bytes
        }
        return ShopProcess(url: String(decoding: line.dropLast(), as: UTF8.self), process: process)
    }

    func stop() {
        process.terminate()
        process.waitUntilExit()
    }
}

/// A push in a process of its own, so that only its own usage is measured.
enum PushProcess {
    struct Result: Codable {
        var applied = 0
        var requests = 0
        var seconds = 0.0
        var processorSeconds = 0.0
        var peakMegabytes = 0
    }

    static func push(folder: String, mode: String) async throws {
        let url = try String(contentsOfFile: folder + "/url", encoding: .utf8)
        let stage = try Stage(folder: folder, url: url, push: ", mode: \(mode)")
        let result = try await stage.withState { state in
            try await stage.withClient { shop in
                let processor = Used.processorSeconds
                let began = ContinuousClock.now
                let outcome = try await Pusher(state: state, shop: shop, settings: stage.settings).push()
                var result = Result()
                result.applied = outcome.progress.applied
                result.requests = outcome.progress.requests
                result.seconds = (ContinuousClock.now - began).inSeconds
                result.processorSeconds = Used.processorSeconds - processor
                result.peakMegabytes = Used.peakMegabytes
                return result
            }
        }
        Report.line(String(decoding: try JSONEncoder().encode(result), as: UTF8.self))
    }

    /// Seeds a backlog, then pushes it; each in its own process.
    static func run(folder: String, levels: Int, url: String, mode: String) throws -> Result {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try url.write(toFile: folder + "/url", atomically: true, encoding: .utf8)
        _ = try output(["seed", folder, String(levels), url])
        let text = try output(["push", folder, mode])
        return try JSONDecoder().decode(Result.self, from: text)
    }

    private static func output(_ arguments: [String]) throws -> Data {
        let pipe = Pipe()
        let process = Process.ofThisProgram(arguments, output: pipe)
        try process.run()
        let bytes = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw BenchmarkFailure("\(arguments.first ?? "") ended with \(process.terminationStatus)")
        }
        return bytes
    }
}

struct BenchmarkFailure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}

extension Process {
    fileprivate static func ofThisProgram(_ arguments: [String], output: Pipe) -> Process {
        let process = Process()
        process.executableURL = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
        process.arguments = arguments
        process.standardOutput = output
        return process
    }
}
