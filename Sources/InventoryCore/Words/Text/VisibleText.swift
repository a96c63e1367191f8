extension String {
    /// The text with everything that could steer a terminal written out, as in `\u{1b}`.
    ///
    /// Names and messages come from files and shops: none may move the cursor, hide a line, or turn letters
    /// around.
    package var visible: String { visible(keepingLineFeeds: false) }

    /// The same, of a text with several lines of our own.
    package func visible(keepingLineFeeds: Bool) -> String {
        func steers(_ scalar: Unicode.Scalar) -> Bool {
            if scalar == "\n" { return !keepingLineFeeds }
            switch scalar.properties.generalCategory {
            case .control, .lineSeparator, .paragraphSeparator: return true
            // Marks that turn the direction of writing.
            case .format: return 0x202A...0x202E ~= scalar.value || 0x2066...0x2069 ~= scalar.value
            default: return false
            }
        }
        guard unicodeScalars.contains(where: steers) else { return self }
        return unicodeScalars.reduce(into: "") { text, scalar in
            if steers(scalar) {
                text += "\\u{\(String(scalar.value, radix: 16))}"
            } else {
                text.unicodeScalars.append(scalar)
            }
        }
    }
}
