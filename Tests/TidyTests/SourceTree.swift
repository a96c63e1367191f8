import Foundation

/// The project's own files, read once for the checks of shape.
struct SourceTree {
    struct File {
        /// Relative to the project's root.
        let path: String
        let lines: [String]

        var target: String { path.split(separator: "/").dropFirst().first.map(String.init) ?? "" }
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
