import Foundation

/// Reads the bytes of a configuration file, within the limit.
enum SettingsFile {
    /// Gives the text without a byte order mark.
    ///
    /// - Throws: one problem when the file cannot be had, is too large or is not UTF-8.
    static func text(path: String) throws(SettingsProblems) -> String {
        try text(path: path, bytesMax: YamlDocument.Limits.bytesMax)
    }

    static func text(path: String, bytesMax: Int) throws(SettingsProblems) -> String {
        var bytes = try bytes(path: path, bytesMax: bytesMax)
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes.removeFirst(3) }
        if let text = String(validating: bytes, as: UTF8.self) { return text }
        let isUTF16 = bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF])
        throw problem(
            .badEncoding,
            path,
            isUTF16 ? "The file is written in UTF-16." : "The file is not valid UTF-8.",
            "Save it as UTF-8."
        )
    }

    private static func bytes(path: String, bytesMax: Int) throws(SettingsProblems) -> Data {
        let hint = "Relative paths are taken from the current directory."
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw problem(.fileMissing, path, "There is no such file.", hint)
        }
        guard !isFolder.boolValue else {
            throw problem(.fileMissing, path, "This is a folder, not a file.", hint)
        }
        let data: Data
        do {
            let file = try FileHandle(forReadingFrom: URL(filePath: path))
            // One byte more than is taken tells whether there is more, whatever the file's stated size.
            data = try file.read(upToCount: bytesMax + 1) ?? Data()
            try file.close()
        } catch {
            throw problem(
                .fileUnreadable,
                path,
                "The file cannot be read.",
                "Check that this user may read it."
            )
        }
        guard data.count <= bytesMax else {
            throw problem(
                .fileTooLarge,
                path,
                "The file is larger than \(bytesMax) bytes.",
                "Check that the right file is named."
            )
        }
        return data
    }

    private static func problem(
        _ code: SettingsProblem.Code,
        _ path: String,
        _ reason: String,
        _ hint: String
    ) -> SettingsProblems {
        SettingsProblems([
            SettingsProblem(
                code: code,
                file: path,
                line: 0,
                column: 0,
                keyPath: "",
                reason: reason,
                hint: hint
            )
        ])
    }
}
