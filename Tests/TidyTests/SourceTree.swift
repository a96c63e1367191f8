import Foundation

/// The project's own files, read once for the checks of shape.
struct SourceTree {
    struct File {
        /// Relative to the project's root.
        let path: String
        let lines: [String]

        /// Tells whether a line has a call as a word of its own, outside string literals of one line.
        func says(_ call: String, in line: String) -> Bool {
            var rest = code(of: line)[...]
            while let found = rest.range(of: call) {
                let before = rest[..<found.lowerBound].last
                if before.map({ $0.isLetter || $0.isNumber || $0 == "_" }) != true { return true }
                rest = rest[found.upperBound...]
            }
            return false
        }

        /// The line without what stands in quotes.
        private func code(of line: String) -> String {
            var code = ""
            var isQuoted = false
            var isEscaped = false
            for character in line {
                switch character {
                case "\"" where !isEscaped:
                    isQuoted.toggle()
                    code.append(character)
                case _ where !isQuoted: code.append(character)
                default: break
                }
                isEscaped = isQuoted && character == "\\" && !isEscaped
            }
            return code
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
