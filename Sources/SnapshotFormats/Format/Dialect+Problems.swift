extension Dialect {
    /// Gives everything in which the dialect contradicts itself, a sentence each.
    package var problems: [String] {
        var problems: [String] = []
        if delimiter == UInt8(ascii: "\n") || delimiter == UInt8(ascii: "\r") {
            problems.append("The delimiter cannot be a line end.")
        }
        if delimiter >= 0x80 { problems.append("The delimiter must be an ASCII character.") }
        if let quote {
            if quote == delimiter { problems.append("The quote and the delimiter are the same character.") }
            if quote >= 0x80 || quote == UInt8(ascii: "\n") || quote == UInt8(ascii: "\r") {
                problems.append("The quote must be an ASCII character other than a line end.")
            }
        }
        if let escape {
            if escape == delimiter || escape == quote {
                problems.append("The escape is also the delimiter or the quote.")
            }
            if escape >= 0x80 || escape == UInt8(ascii: "\n") || escape == UInt8(ascii: "\r") {
                problems.append("The escape must be an ASCII character other than a line end.")
            }
        }
        if decimalMark == .point && grouping == .point || decimalMark == .comma && grouping == .comma {
            problems.append("The decimal mark and the grouping are the same character.")
        }
        if quote == nil, delimiter == decimalMark.rawValue {
            problems.append("The delimiter is also the decimal mark, and nothing is quoted.")
        }
        if skippedLines < 0 { problems.append("The number of skipped lines cannot be negative.") }
        return problems
    }
}
