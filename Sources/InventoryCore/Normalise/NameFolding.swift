/// What two spellings of one name can differ in without anybody meaning it.
package enum NameDifference: CaseIterable, Hashable, Sendable {
    case capitals
    /// No-break and zero-width ones too, also inside.
    case blanks
    /// `="007"`, `'007` and `"007"`: how a spreadsheet is told that something is a text.
    case marks
    /// `1E5` and `100000.00` for `100000`.
    case number
    case zeros
    /// `4.00638E+12` for `4006381333931`; what was rounded away is not known.
    case rounding

    var words: String {
        switch self {
        case .capitals: "capitals"
        case .blanks: "blanks"
        case .marks: "the marks of a spreadsheet's text"
        case .number: "how a spreadsheet writes numbers"
        case .zeros: "leading zeros"
        case .rounding: "digits that a spreadsheet rounds away"
        }
    }
}

/// A name without what spellings can differ in, so that near ones become equal.
///
/// One value serves many names, since its memory is used again.
struct NameFolding: Sendable {
    private(set) var bytes: [UInt8] = []

    /// Powers of ten that a number is written out to.
    private static let exponentMax = 40
    /// Digits that a spreadsheet shows of a long number, and from how many on it rounds.
    private static let roundedDigits = 6
    private static let roundedFrom = 12

    /// Folds a name by all differences but `kept`.
    mutating func fold(_ name: String, keeping kept: Set<NameDifference> = []) {
        bytes.removeAll(keepingCapacity: true)
        let (keepsCapitals, keepsBlanks) = (kept.contains(.capitals), kept.contains(.blanks))
        for scalar in name.unicodeScalars {
            if !keepsBlanks, NameFolding.isBlank(scalar) { continue }
            if scalar.isASCII {
                let byte = UInt8(truncatingIfNeeded: scalar.value)
                let isCapital = byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z")
                bytes.append(isCapital && !keepsCapitals ? byte + 32 : byte)
            } else if keepsCapitals {
                bytes.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
            } else {
                bytes.append(contentsOf: scalar.properties.lowercaseMapping.utf8)
            }
        }
        if !kept.contains(.marks) { removeMarks() }
        if !kept.contains(.number) { writeOut() }
        guard !kept.contains(.zeros), bytes.first == UInt8(ascii: "0") else { return }
        let rest = bytes.firstIndex { $0 != UInt8(ascii: "0") } ?? bytes.count - 1
        bytes.removeFirst(rest)
    }

    private static func isBlank(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.isASCII { return scalar.value == 0x20 || (0x09...0x0D).contains(scalar.value) }
        switch scalar.value {
        case 0x00AD, 0x200B...0x200D, 0x2060, 0xFEFF: return true
        default: return scalar.properties.isWhitespace
        }
    }

    private mutating func removeMarks() {
        guard let first = bytes.first, let last = bytes.last else { return }
        let quote = UInt8(ascii: "\"")
        if first == UInt8(ascii: "'"), bytes.count > 1 { return bytes.removeFirst(1) }
        guard last == quote, bytes.count > 2 else { return }
        if first == quote {
            bytes.removeFirst()
            bytes.removeLast()
        } else if first == UInt8(ascii: "="), bytes[1] == quote, bytes.count > 3 {
            bytes.removeFirst(2)
            bytes.removeLast()
        }
    }

    // MARK: numbers

    private static func isDigit(_ byte: UInt8) -> Bool {
        byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
    }

    /// Writes a decimal number without exponent and without trailing zeros behind its mark.
    private mutating func writeOut() {
        guard let first = bytes.first, NameFolding.isDigit(first) else { return }
        var digits: [UInt8] = []
        var point: Int?
        var place = 0
        while place < bytes.count {
            let byte = bytes[place]
            if NameFolding.isDigit(byte) {
                digits.append(byte)
            } else if point == nil, byte == UInt8(ascii: ".") || byte == UInt8(ascii: ",") {
                point = digits.count
            } else {
                break
            }
            place += 1
        }
        guard let exponent = exponent(from: place), point != nil || place < bytes.count else { return }
        let end = (point ?? digits.count) + exponent
        guard end > 0, end <= NameFolding.exponentMax else { return }
        if end >= digits.count {
            digits += Array(repeating: UInt8(ascii: "0"), count: end - digits.count)
        } else {
            while digits.count > end, digits.last == UInt8(ascii: "0") { digits.removeLast() }
            if digits.count > end { digits.insert(UInt8(ascii: "."), at: end) }
        }
        bytes = digits
    }

    /// The number behind an `E`; 0 where the name ends here, nothing where it is no number.
    private func exponent(from place: Int) -> Int? {
        guard place < bytes.count else { return 0 }
        guard bytes[place] | 0x20 == UInt8(ascii: "e") else { return nil }
        let text = String(decoding: bytes[(place + 1)...], as: UTF8.self)
        return text.utf8.count <= 4 ? Int(text) : nil
    }

    /// What a spreadsheet keeps of a long whole number: its first digits, and how many there are.
    var rounded: [UInt8]? {
        guard bytes.count >= NameFolding.roundedFrom, bytes.allSatisfy(NameFolding.isDigit) else {
            return nil
        }
        var digits = Array(bytes.prefix(NameFolding.roundedDigits))
        var count = bytes.count
        if bytes[digits.count] >= UInt8(ascii: "5") {
            var place = digits.count - 1
            while place >= 0, digits[place] == UInt8(ascii: "9") {
                digits[place] = UInt8(ascii: "0")
                place -= 1
            }
            if place >= 0 {
                digits[place] += 1
            } else {
                digits[0] = UInt8(ascii: "1")
                count += 1
            }
        }
        return digits + [UInt8(truncatingIfNeeded: count)]
    }
}
