import InventoryCore
import Logging

/// One log event on its way to bytes.
struct LogLine {
    private(set) var bytes: [UInt8] = []
    private let format: LogFormat

    /// Longer texts are cut: a log is no archive.
    static let textBytesMax = 8192
    /// Deeper metadata are not written.
    static let depthMax = 8

    init(_ format: LogFormat) {
        self.format = format
        bytes.reserveCapacity(256)
    }

    mutating func begin(time: Timestamp, level: Logger.Level, message: String) {
        switch format {
        case .text:
            bytes.append(contentsOf: "\(time) \(level.rawValue) ".utf8)
            escape(message)
        case .json:
            bytes.append(UInt8(ascii: "{"))
            name("time")
            quote("\(time)")
            name("level")
            quote(level.rawValue)
            name("message")
            quote(message)
        }
    }

    mutating func add(_ key: String, _ value: Logger.MetadataValue) {
        let value = LogLine.namesSecret(key) ? "•••" : value
        switch format {
        case .text:
            bytes.append(UInt8(ascii: " "))
            escape(key)
            bytes.append(UInt8(ascii: "="))
            plain(value)
        case .json:
            // A key that the line has already would make it ambiguous.
            name(["time", "level", "message"].contains(key) ? key + "_" : key)
            json(value, depth: 1)
        }
    }

    mutating func end() {
        if format == .json { bytes.append(UInt8(ascii: "}")) }
        bytes.append(UInt8(ascii: "\n"))
    }

    /// Whether a key's value is to stay out of every log, whoever logs it.
    private static func namesSecret(_ key: String) -> Bool {
        let key = key.lowercased()
        return ["secret", "password", "authorization", "token", "cookie"].contains { key.contains($0) }
    }

    // MARK: text

    private mutating func plain(_ value: Logger.MetadataValue) {
        switch value {
        // Written as JSON, which leaves out what secrets lie below.
        case .array, .dictionary: return json(value, depth: 1)
        case .string, .stringConvertible: break
        }
        let text = value.description
        let isWord = !text.isEmpty && text.utf8.allSatisfy { $0 > 0x20 && $0 != 0x22 && $0 != 0x3D }
        if isWord { escape(text) } else { quote(text) }
    }

    // MARK: JSON

    private mutating func name(_ key: String) {
        if bytes.last != UInt8(ascii: "{") { bytes.append(UInt8(ascii: ",")) }
        quote(key)
        bytes.append(UInt8(ascii: ":"))
    }

    private mutating func json(_ value: Logger.MetadataValue, depth: Int) {
        guard depth <= LogLine.depthMax else { return quote("…") }
        switch value {
        case .string(let text): quote(text)
        case .stringConvertible(let number as Int): bytes.append(contentsOf: number.description.utf8)
        case .stringConvertible(let number as Double) where number.isFinite:
            bytes.append(contentsOf: number.description.utf8)
        case .stringConvertible(let flag as Bool): bytes.append(contentsOf: flag.description.utf8)
        case .stringConvertible(let other): quote(other.description)
        case .array(let values):
            bytes.append(UInt8(ascii: "["))
            for (index, value) in values.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                json(value, depth: depth + 1)
            }
            bytes.append(UInt8(ascii: "]"))
        case .dictionary(let values):
            bytes.append(UInt8(ascii: "{"))
            for (key, value) in values.sorted(by: { $0.key < $1.key }) {
                name(key)
                json(LogLine.namesSecret(key) ? "•••" : value, depth: depth + 1)
            }
            bytes.append(UInt8(ascii: "}"))
        }
    }

    // MARK: characters

    private mutating func quote(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        escape(text, isQuoted: true)
        bytes.append(UInt8(ascii: "\""))
    }

    /// Appends a text with its control characters as JSON escapes; those beyond ASCII steer terminals, too.
    private mutating func escape(_ text: String, isQuoted: Bool = false) {
        var left = LogLine.textBytesMax
        for scalar in text.unicodeScalars {
            left -= UTF8.width(scalar)
            guard left >= 0 else { return bytes.append(contentsOf: "…".utf8) }
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator:
                for unit in UTF16.encode(scalar) ?? UTF16.encodedReplacementCharacter {
                    let digits = String(unit, radix: 16)
                    bytes.append(
                        contentsOf: "\\u\(String(repeating: "0", count: 4 - digits.count))\(digits)".utf8
                    )
                }
            default:
                if isQuoted, scalar == "\"" || scalar == "\\" { bytes.append(UInt8(ascii: "\\")) }
                bytes.append(contentsOf: String(scalar).utf8)
            }
        }
    }
}
