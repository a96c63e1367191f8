/// Lets a text with keys written twice be read to its end, so that they are reported with everything else.
///
/// Yams stops at the first section with a repeated key and says where its first occurrence stands. The first
/// character there is replaced by one of Unicode's private ones, which keeps every column as it is, and the
/// text is read again; `original(at:)` gives the name back.
struct RepeatedKeys {
    private(set) var text: String
    private var names: [MarkedNode.Place: String] = [:]

    private static let privateCharacters: ClosedRange<UInt32> = 0xE000...0xF8FF
    /// The text is read once more for each repeated key: a large file gets fewer of them told.
    private static let readBytesMax = 8 << 20

    init(text: String) {
        self.text = text
    }

    func original(at place: MarkedNode.Place) -> String? { names[place] }

    /// Makes the key at `place` differ from its twin; false where it is not written there as it reads, or
    /// where there are too many.
    mutating func setApart(_ name: String, at place: MarkedNode.Place) -> Bool {
        guard names[place] == nil, names.count < SettingsProblems.problemsMax,
            (names.count + 1) * text.utf8.count <= RepeatedKeys.readBytesMax,
            let first = name.unicodeScalars.first,
            let stand = Unicode.Scalar(RepeatedKeys.privateCharacters.lowerBound + UInt32(names.count)),
            !text.unicodeScalars.contains(stand), var at = index(of: place)
        else { return false }
        let scalars = text.unicodeScalars
        if scalars[at] == "\"" || scalars[at] == "'" { at = scalars.index(after: at) }
        guard scalars[at...].starts(with: name.unicodeScalars), scalars[at] == first else { return false }
        var changed = text.unicodeScalars
        changed.replaceSubrange(at..<changed.index(after: at), with: CollectionOfOne(stand))
        text = String(changed)
        names[place] = name
        return true
    }

    /// Finds a place by the line breaks that occur in practice; the caller checks what it finds there.
    private func index(of place: MarkedNode.Place) -> String.UnicodeScalarView.Index? {
        let scalars = text.unicodeScalars
        var at = scalars.startIndex
        var line = 1
        while line < place.line {
            guard at < scalars.endIndex else { return nil }
            let scalar = scalars[at]
            at = scalars.index(after: at)
            if scalar == "\n" || (scalar == "\r" && (at == scalars.endIndex || scalars[at] != "\n")) {
                line += 1
            }
        }
        guard let found = scalars.index(at, offsetBy: place.column - 1, limitedBy: scalars.endIndex),
            found < scalars.endIndex
        else { return nil }
        return found
    }
}
