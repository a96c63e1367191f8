import InventoryCore

/// A list of SKUs for rules, one a line; empty lines and lines that begin with `#` are skipped.
enum SKUList {
    typealias Reading = @Sendable (_ path: String) throws(SettingsProblems) -> Set<SKU>

    static let bytesMax = 64 << 20

    /// Reads a list file.
    ///
    /// - Throws: what is wrong with the file.
    @Sendable
    static func read(path: String) throws(SettingsProblems) -> Set<SKU> {
        let skus = parse(try SettingsFile.text(path: path, bytesMax: bytesMax))
        guard !skus.isEmpty else {
            throw SettingsProblems([
                SettingsProblem(
                    code: .badList,
                    file: path,
                    line: 0,
                    column: 0,
                    keyPath: "",
                    reason: "The list has no SKU.",
                    hint: "Write one SKU a line."
                )
            ])
        }
        return skus
    }

    /// Gives the SKUs, without the blanks around them.
    static func parse(_ text: String) -> Set<SKU> {
        var skus: Set<SKU> = []
        for line in text.split(whereSeparator: \.isNewline) {
            let name = line.trimmed
            guard !name.isEmpty, !name.hasPrefix("#") else { continue }
            skus.insert(SKU(name))
        }
        return skus
    }
}

extension StringProtocol {
    /// The text without blanks and tabs at its ends.
    var trimmed: String {
        let isBlank = { (byte: UInt8) in byte == 0x20 || byte == 0x09 }
        let bytes = Array(utf8).drop(while: isBlank)
        let end = bytes.lastIndex { !isBlank($0) } ?? bytes.startIndex - 1
        return String(decoding: bytes[bytes.startIndex..<end + 1], as: UTF8.self)
    }
}
