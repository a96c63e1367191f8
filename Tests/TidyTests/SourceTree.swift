import Foundation

/// The project's own files, read once for the checks of shape.
struct SourceTree {
    struct File {
        /// Relative to the project's root.
        let path: String
        let lines: [String]

        /// Whether a line has a call as a word of its own, outside string literals of one line.
        func says(_ call: String, in line: String) -> Bool {
            var rest = Line(line).code[...]
            while let found = rest.range(of: call) {
                let before = rest[..<found.lowerBound].last
                if before.map({ $0.isLetter || $0.isNumber || $0 == "_" }) != true { return true }
                rest = rest[found.upperBound...]
            }
            return false
        }
    }

    /// One line, taken apart at its quotes.
    struct Line {
        /// Code and comment, with the quotes but without what stands between them.
        private(set) var code = ""
        /// The string literals that begin on this line.
        private(set) var literals: [String] = []

        init(_ line: String) {
            var isQuoted = false
            var isEscaped = false
            for character in line {
                switch character {
                case "\"" where !isEscaped:
                    isQuoted.toggle()
                    code.append(character)
                    if isQuoted { literals.append("") }
                case _ where !isQuoted: code.append(character)
                default: literals[literals.count - 1].append(character)
                }
                isEscaped = isQuoted && character == "\\" && !isEscaped
            }
        }
    }

    static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// Swift files below these folders of the root, in the order of their paths.
    static func swiftFiles(in folders: [String]) throws -> [File] {
        try folders.flatMap { folder -> [File] in
            let base = root.appending(path: folder)
            let paths =
                FileManager.default.enumerator(atPath: base.path())?.compactMap { $0 as? String } ?? []
            return try paths.filter { $0.hasSuffix(".swift") && !$0.contains(".build") }.sorted().map {
                let text = try String(contentsOf: base.appending(path: $0), encoding: .utf8)
                return File(path: "\(folder)/\($0)", lines: text.components(separatedBy: "\n"))
            }
        }
    }
}
