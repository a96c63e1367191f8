import Foundation
import Testing

/// A folder for one test, removed afterwards.
struct TemporaryFolder {
    let path: String

    static func with<Result>(_ body: (TemporaryFolder) throws -> Result) throws -> Result {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent(
            "tidegate-" + UUID().uuidString
        )
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        defer {
            do {
                try FileManager.default.removeItem(at: url)
            } catch {
                Issue.record(error)
            }
        }
        return try body(TemporaryFolder(path: url.path))
    }

    /// Writes a file, and gives its path.
    @discardableResult
    func write(_ name: String, _ bytes: [UInt8], modified: Date? = nil) throws -> String {
        let path = path + "/" + name
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        if let modified {
            try FileManager.default.setAttributes([.modificationDate: modified], ofItemAtPath: path)
        }
        return path
    }

    @discardableResult
    func write(_ name: String, _ text: String, modified: Date? = nil) throws -> String {
        try write(name, Array(text.utf8), modified: modified)
    }
}
