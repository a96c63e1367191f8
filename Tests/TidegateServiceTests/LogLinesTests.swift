import Foundation
import HTTPTransport
import InventoryCore
import Logging
import Synchronization
import Testing
import TidegatePipeline

@testable import TidegateService

@Suite("Log lines")
struct LogLinesTests {
    private final class Lines: Sendable {
        private let bytes = Mutex<[UInt8]>([])

        func append(_ line: [UInt8]) { bytes.withLock { $0 += line } }

        var text: String { bytes.withLock { String(decoding: $0, as: UTF8.self) } }

        /// The lines, each as the JSON object it has to be.
        func objects() throws -> [[String: Any]] {
            try text.split(separator: "\n").map { line in
                try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
            }
        }
    }

    private let lines = Lines()

    private func logger(_ format: LogFormat, level: Logger.Level = .info) -> Logger {
        let lines = lines
        var logger = Logger(label: "test") { _ in
            LogLines(format, now: { Timestamp(microseconds: 0) }, write: { lines.append($0) })
        }
        logger.logLevel = level
        return logger
    }

    @Test("JSON: time, level and message come first, then shop, source, run and request, then the rest")
    func order() {
        let context = RunContext(shop: .main, source: "erp", run: "20261123T201500Z-3f9a")
        RunContext.$current.withValue(context) {
            logger(.json).info(
                "run ended",
                metadata: ["b": "x", "request": "q1", "a": .stringConvertible(7)]
            )
        }
        let expected = """
            {"time":"1970-01-01T00:00:00Z","level":"info","message":"run ended","shop":"main",\
            "source":"erp","run":"20261123T201500Z-3f9a","request":"q1","a":7,"b":"x"}

            """
        #expect(lines.text == expected)
    }

    @Test("text: one line with key=value, quoted where a value has blanks, quotes or an equals sign")
    func text() {
        let metadata: Logger.Metadata = ["a": "x y", "b": "1", "c": "", "d": "p=q", "e": "say \"hi\""]
        logger(.text).warning("slow", metadata: metadata)
        let expected = """
            1970-01-01T00:00:00Z warning slow a="x y" b=1 c="" d="p=q" e="say \\"hi\\""

            """
        #expect(lines.text == expected)
    }

    @Test("the shop of the logger stays where the task knows none, and what an event states wins")
    func precedence() throws {
        var logger = logger(.json)
        logger[metadataKey: "shop"] = "leeds"
        logger.info("a")
        RunContext.$current.withValue(RunContext(shop: "york", run: "r1")) {
            logger.info("b")
            logger.info("c", metadata: ["run": "r2"])
        }
        let objects = try lines.objects()
        #expect(objects.map { $0["shop"] as? String } == ["leeds", "york", "york"])
        #expect(objects.map { $0["run"] as? String } == [nil, "r1", "r2"])
    }

    @Test("below the level nothing is written")
    func level() {
        logger(.json, level: .warning).info("quiet")
        #expect(lines.text.isEmpty)
    }

    @Test(
        "control characters cannot start a line or steer a terminal, in whatever part they come",
        arguments: LogFormat.allCases,
        [
            "\n{\"level\":\"info\"}", "\u{1B}[31m", "\u{9B}2J", "\u{7F}", "\u{2028}x", "\u{202E}abc", "\r",
            "\0",
        ]
    )
    func controls(format: LogFormat, text: String) throws {
        logger(format).info("m\(text)", metadata: ["k\(text)": "v\(text)", "list": ["\(text)"]])
        let line = lines.text
        #expect(line.hasSuffix("\n") && line.dropLast().allSatisfy { !$0.isNewline })
        let isSteering = line.dropLast().unicodeScalars.contains {
            [.control, .format, .lineSeparator].contains($0.properties.generalCategory)
        }
        #expect(!isSteering)
        guard format == .json else { return }
        let object = try #require(try lines.objects().first)
        #expect(object["message"] as? String == "m\(text)")
        #expect(object["k\(text)"] as? String == "v\(text)")
    }

    @Test(
        "a secret never shows: neither as a value nor under a name that promises one",
        arguments: LogFormat.allCases
    )
    func secrets(format: LogFormat) {
        let metadata: Logger.Metadata = [
            "value": "\(Secret("hunter2"))", "convertible": .stringConvertible(Secret("hunter2")),
            "client_secret": "hunter2", "Authorization": "Bearer hunter2", "access_token": "hunter2",
            "below": ["password": "hunter2"],
        ]
        logger(format).error("\(Secret("hunter2"))", metadata: metadata)
        #expect(!lines.text.isEmpty && !lines.text.contains("hunter2"))
    }

    @Test("numbers, truth values, lists and sections stay what they are in JSON")
    func types() throws {
        let metadata: Logger.Metadata = [
            "n": .stringConvertible(-3), "d": .stringConvertible(0.25), "nan": .stringConvertible(Double.nan),
            "t": .stringConvertible(true), "list": ["a", ["b": "c"]],
        ]
        logger(.json).info("m", metadata: metadata)
        let object = try #require(try lines.objects().first)
        #expect(object["n"] as? Int == -3 && object["d"] as? Double == 0.25 && object["t"] as? Bool == true)
        #expect(object["nan"] as? String == "nan")
        #expect((object["list"] as? [Any])?.count == 2)
    }

    @Test("metadata that would repeat time, level or message get a name of their own")
    func reserved() throws {
        logger(.json).info("m", metadata: ["level": "x", "message": "y", "time": "z"])
        let object = try #require(try lines.objects().first)
        #expect(object["message"] as? String == "m" && object["message_"] as? String == "y")
        #expect(object["level_"] as? String == "x" && object["time_"] as? String == "z")
    }

    @Test("a text beyond the limit is cut, and metadata beyond the limit of depth are not written")
    func bounded() throws {
        var deep: Logger.MetadataValue = "end"
        for _ in 0..<100 { deep = ["d": deep] }
        let long = String(repeating: "ü", count: LogLine.textBytesMax)
        logger(.json).info("m", metadata: ["deep": deep, "long": "\(long)"])
        let object = try #require(try lines.objects().first)
        #expect((object["long"] as? String)?.utf8.count == LogLine.textBytesMax + "…".utf8.count)
        #expect(!lines.text.contains("end"))
    }
}
