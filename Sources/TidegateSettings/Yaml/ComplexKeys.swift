/// Finds keys that are lists, sections or aliases in a text that has aliases.
///
/// Yams hashes every key. A key that is an alias of lists of aliases of lists costs exponential time there,
/// before any limit on the tree can count. So such a text is refused before it is read; it looks at
/// characters only, so it may also refuse a harmless text that merely looks like this.
enum ComplexKeys {
    /// Gives where the first one is; nothing in a text without aliases.
    static func withAliases(in text: String) -> MarkedNode.Place? {
        var hasAlias = false
        var found: MarkedNode.Place?
        let lines = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for (number, line) in lines.enumerated() {
            let bytes = Array(line)
            guard !isComment(bytes) else { continue }
            for index in bytes.indices where index == 0 || begins(after: bytes[index - 1]) {
                let next = index + 1 < bytes.count ? bytes[index + 1] : UInt8(ascii: " ")
                if bytes[index] == UInt8(ascii: "*"), !isBlank(next) {
                    hasAlias = true
                    if found == nil, isKey(bytes, from: index) {
                        found = MarkedNode.Place(line: number + 1, column: index + 1)
                    }
                } else if bytes[index] == UInt8(ascii: "?"), isBlank(next), found == nil {
                    found = MarkedNode.Place(line: number + 1, column: index + 1)
                }
            }
            if found == nil, let index = closingKey(bytes) {
                found = MarkedNode.Place(line: number + 1, column: index + 1)
            }
        }
        return hasAlias ? found : nil
    }

    // YAML also ends lines with CR and three characters beyond ASCII: a comment with one of them may end
    // early.
    private static func isComment(_ bytes: [UInt8]) -> Bool {
        bytes.first { !isBlank($0) } == UInt8(ascii: "#")
            && !bytes.dropLast().contains { $0 >= 0x80 || $0 == 0x0D }
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0D }

    private static func begins(after byte: UInt8) -> Bool {
        isBlank(byte)
            || [UInt8(ascii: "["), UInt8(ascii: "{"), UInt8(ascii: ","), UInt8(ascii: ":")].contains(byte)
    }

    /// Whether a colon follows the alias that begins at `from`.
    private static func isKey(_ bytes: [UInt8], from: Int) -> Bool {
        var index = from + 1
        while index < bytes.count, !isBlank(bytes[index]), bytes[index] != UInt8(ascii: ":") { index += 1 }
        while index < bytes.count, isBlank(bytes[index]) { index += 1 }
        return index < bytes.count && bytes[index] == UInt8(ascii: ":")
    }

    /// Finds a closing bracket before a colon.
    private static func closingKey(_ bytes: [UInt8]) -> Int? {
        for index in bytes.indices
        where bytes[index] == UInt8(ascii: "]") || bytes[index] == UInt8(ascii: "}") {
            var next = index + 1
            while next < bytes.count, isBlank(bytes[next]) { next += 1 }
            if next < bytes.count, bytes[next] == UInt8(ascii: ":") { return index }
        }
        return nil
    }
}
