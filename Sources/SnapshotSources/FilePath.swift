import Glibc

/// A path as the system has it: bytes, which need not be text.
///
/// A file name in another encoding is legal, and a delivery under it must not be passed over.
package struct FilePath: Hashable, Sendable {
    package let bytes: [UInt8]

    package init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    package init(_ text: String) {
        bytes = Array(text.utf8)
    }

    /// Whether the bytes are UTF-8 without control characters or backslashes, so that the text is the path.
    package var isText: Bool { FilePath.isPlain(bytes) }

    /// For people and for the database: the path itself, or with `\xNN` in place of every byte that is no
    /// text; a backslash is doubled there, so that no two paths have one text.
    package var text: String { FilePath.text(bytes) }

    /// The last part.
    package var name: FilePath {
        let last = bytes.lastIndex(of: FilePath.slash).map { $0 + 1 } ?? 0
        return FilePath(bytes: Array(bytes[last...]))
    }

    package func appending(name: [UInt8]) -> FilePath {
        FilePath(bytes: bytes + (bytes.last == FilePath.slash ? [] : [FilePath.slash]) + name)
    }

    package func appending(suffix: String) -> FilePath {
        FilePath(bytes: bytes + suffix.utf8)
    }

    /// The path without the last extensions of its name, one more at a time; itself first, three at most.
    package var shortened: [FilePath] {
        var paths = [self]
        let begin = bytes.lastIndex(of: FilePath.slash).map { $0 + 1 } ?? 0
        var end = bytes.count
        while paths.count < 3, let dot = bytes[begin..<end].lastIndex(of: UInt8(ascii: ".")), dot > begin {
            end = dot
            paths.append(FilePath(bytes: Array(bytes[..<end])))
        }
        return paths
    }

    /// Hands the path to the system.
    package func withCString<Result>(_ body: (UnsafePointer<CChar>) throws -> Result) rethrows -> Result {
        try (bytes.map { CChar(bitPattern: $0) } + [0]).withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress else { preconditionFailure("it has at least its end") }
            return try body(base)
        }
    }

    /// What the system says of the file; nothing where there is none.
    var state: FileState? {
        var status = stat()
        return withCString { stat($0, &status) } == 0 ? FileState(status) : nil
    }

    private static let slash = UInt8(ascii: "/")

    private static func isPlain(_ bytes: [UInt8]) -> Bool {
        guard bytes.allSatisfy({ $0 >= 0x20 && $0 != 0x7F && $0 != UInt8(ascii: "\\") }) else { return false }
        return String(validating: bytes, as: UTF8.self) != nil
    }

    private static func text(_ bytes: [UInt8]) -> String {
        if isPlain(bytes) { return String(decoding: bytes, as: UTF8.self) }
        var text = ""
        var rest = bytes[...]
        while let first = rest.first {
            // The longest character that begins here.
            let length = (1...4).reversed().first { count in
                rest.count >= count && first >= 0x80 && isPlain(Array(rest.prefix(count)))
            }
            if let length, length > 1 {
                text += String(decoding: rest.prefix(length), as: UTF8.self)
                rest = rest.dropFirst(length)
                continue
            }
            switch first {
            case UInt8(ascii: "\\"): text += "\\\\"
            case 0x20..<0x7F: text.unicodeScalars.append(Unicode.Scalar(first))
            default:
                let digits = String(first, radix: 16, uppercase: true)
                text += "\\x" + (digits.count < 2 ? "0" : "") + digits
            }
            rest = rest.dropFirst()
        }
        return text
    }
}
