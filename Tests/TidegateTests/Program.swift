import Foundation
import Testing

/// One of our programs, run as its user runs it.
struct Program {
    let name: String
    /// Where it is, when it is not one of ours.
    private var path: String?

    static let tidegate = Program(name: "tidegate")
    static let simulator = Program(name: "oro-simulator")

    private init(name: String) {
        self.name = name
    }

    /// A program of the system.
    init(path: String) {
        name = path
        self.path = path
    }

    struct Ending {
        let status: Int32
        let output: String
        let errors: String

        /// The lines of standard output that are JSON objects.
        var objects: [[String: Any]] {
            output.split(separator: "\n").compactMap {
                (try? JSONSerialization.jsonObject(with: Data($0.utf8))) as? [String: Any]
            }
        }
    }

    /// Where the build put our programs: beside the test bundle.
    var url: URL {
        get throws {
            if let path { return URL(filePath: path) }
            let bundle = try #require(CommandLine.arguments.first.map { URL(filePath: $0) })
            var folder = bundle.resolvingSymlinksInPath().deletingLastPathComponent()
            while folder.path().count > 1 {
                let candidate = folder.appending(path: name)
                if FileManager.default.isExecutableFile(atPath: candidate.path()) { return candidate }
                folder = folder.deletingLastPathComponent()
            }
            throw ProgramError.notBuilt(name)
        }
    }

    /// Runs the program to its end; output goes through files, so that no pipe can fill up.
    func run(
        _ arguments: [String],
        environment: [String: String] = [:],
        in scratch: Scratch,
        directory: URL? = nil
    ) throws -> Ending {
        try start(arguments, environment: environment, in: scratch, directory: directory).end()
    }

    /// Starts the program; where it `announces`, waits for the first line of its output.
    func start(
        _ arguments: [String],
        environment: [String: String] = [:],
        in scratch: Scratch,
        directory: URL? = nil,
        announces: Bool = false
    ) throws -> RunningProgram {
        let process = Process()
        process.executableURL = try url
        process.arguments = arguments
        process.currentDirectoryURL = directory
        // Nothing that the developer's shell happens to hold.
        let inherited = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("TIDEGATE_") }
        process.environment = inherited.merging(environment) { $1 }
        let output = try scratch.file("stdout-\(UUID().uuidString)")
        let errors = try scratch.file("stderr-\(UUID().uuidString)")
        let pipe = Pipe()
        if announces {
            process.standardOutput = pipe
        } else {
            process.standardOutput = try FileHandle(forWritingTo: output)
        }
        process.standardError = try FileHandle(forWritingTo: errors)
        try process.run()
        guard announces else { return RunningProgram(process: process, output: output, errors: errors) }
        var bytes = Data()
        while !bytes.contains(UInt8(ascii: "\n")) {
            let part = pipe.fileHandleForReading.availableData
            guard !part.isEmpty else { throw ProgramError.saidNothing(name) }
            bytes.append(part)
        }
        let line = String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
        return RunningProgram(process: process, output: output, errors: errors, announcement: line)
    }
}

enum ProgramError: Error {
    case notBuilt(String)
    case saidNothing(String)
}

/// A program that has not ended yet.
struct RunningProgram {
    let process: Process
    let output: URL
    let errors: URL
    /// The first line of its output, where it was waited for.
    var announcement: String?

    func kill() {
        send(SIGKILL)
        process.waitUntilExit()
    }

    func send(_ signal: Int32) {
        if process.isRunning { Foundation.kill(process.processIdentifier, signal) }
    }

    /// Waits for its end.
    func end() throws -> Program.Ending {
        process.waitUntilExit()
        return try ending()
    }

    func ending() throws -> Program.Ending {
        Program.Ending(
            status: process.terminationReason == .exit
                ? process.terminationStatus : -process.terminationStatus,
            output: String(decoding: try Data(contentsOf: output), as: UTF8.self),
            errors: String(decoding: try Data(contentsOf: errors), as: UTF8.self)
        )
    }
}

/// A folder of its own for one test, gone afterwards.
final class Scratch {
    let url: URL

    init() throws {
        url = FileManager.default.temporaryDirectory.appending(path: "tidegate-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit {
        do {
            try FileManager.default.removeItem(at: url)
        } catch {
            Issue.record("cannot remove \(url.path()): \(error)")
        }
    }

    func path(_ name: String) -> String { url.appending(path: name).path() }

    /// Makes an empty file.
    func file(_ name: String) throws -> URL {
        let file = url.appending(path: name)
        try Data().write(to: file)
        return file
    }

    func write(_ text: String, to name: String) throws {
        try Data(text.utf8).write(to: url.appending(path: name))
    }
}
