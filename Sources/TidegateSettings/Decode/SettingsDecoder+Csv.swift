import SnapshotFormats

extension SettingsDecoder {
    /// The section `source.csv`.
    func csv(_ section: Section, into dialect: inout Dialect) {
        var section = section
        if let byte = section.field("delimiter")?.separator(names: ["tab": 0x09]) { dialect.delimiter = byte }
        // A key with null says what "none" says.
        if section.has("quote"), section.field("quote") == nil { dialect.quote = nil }
        if let field = section.field("quote") {
            if case .scalar("none", _) = field.node.content {
                dialect.quote = nil
            } else if let byte = field.separator(names: [:]) {
                dialect.quote = byte
            }
        }
        dialect.escape = section.field("escape")?.separator(names: [:])
        dialect.hasExcelTexts = section.field("excel_text")?.flag() ?? false
        quantities(&section, into: &dialect)
        let encodings = TextEncoding.allCases.map { ($0.rawValue, $0) } + TextEncoding.aliases
        dialect.encoding = section.field("encoding")?.choice(encodings) ?? dialect.encoding
        dialect.skippedLines = section.field("skip_lines")?.integer(in: 0...10_000) ?? dialect.skippedLines
        dialect.hasHeader = section.field("header")?.flag() ?? dialect.hasHeader
        section.finish()
        checkMarks(dialect, section)
    }

    /// The section `source.ndjson`: how quantities are written that stand in strings.
    func ndjson(_ section: Section, into dialect: inout Dialect) {
        var section = section
        quantities(&section, into: &dialect)
        section.finish()
        checkMarks(dialect, section)
    }

    /// The keys `decimal`, `grouping` and `empty_quantity`.
    private func quantities(_ section: inout Section, into dialect: inout Dialect) {
        let marks: [(String, DecimalMark)] = [(".", .point), (",", .comma)]
        dialect.decimalMark = section.field("decimal")?.choice(marks) ?? dialect.decimalMark
        let groupings: [(String, Grouping)] = [
            ("none", .none), (".", .point), (",", .comma), ("'", .apostrophe), (" ", .space),
        ]
        let grouping = section.field("grouping")
        dialect.grouping = grouping?.choice(groupings) ?? dialect.grouping
        let empties: [(String, EmptyQuantity)] = EmptyQuantity.allCases.map { ($0.rawValue, $0) }
        dialect.emptyQuantity = section.field("empty_quantity")?.choice(empties) ?? dialect.emptyQuantity
    }

    /// Refuses marks that cannot be told apart.
    private func checkMarks(_ dialect: Dialect, _ section: Section) {
        func refuse(_ key: String, _ reason: String, _ hint: String) {
            log.add(
                .conflictingKeys,
                at: section.keyPlace(key),
                "\(section.path).\(key)",
                reason,
                hint: hint
            )
        }
        if dialect.quote == dialect.delimiter {
            refuse("quote", "The quotation mark is also the delimiter.", "Use two different characters.")
        }
        if let escape = dialect.escape, escape == dialect.delimiter || escape == dialect.quote {
            refuse(
                "escape",
                "The escape is also the delimiter or the quotation mark.",
                "Doubled quotation marks need no escape; otherwise it is mostly a backslash."
            )
        }
        let decimalIsGrouping =
            (dialect.decimalMark == .point && dialect.grouping == .point)
            || (dialect.decimalMark == .comma && dialect.grouping == .comma)
        if decimalIsGrouping {
            refuse(
                "grouping",
                "The grouping mark is also the decimal mark, so 1.234 could be two numbers.",
                "German files write decimal: \",\" and grouping: \".\"."
            )
        }
        if dialect.quote == nil, dialect.decimalMark.rawValue == dialect.delimiter {
            refuse(
                "decimal",
                "Without quotation marks, the decimal mark cannot be the delimiter.",
                "Check which character separates the columns."
            )
        }
    }

    /// The section `source.times`.
    func timeFormat(_ section: Section) -> TimeFormat? {
        var section = section
        let field = section.required(
            "format",
            hint: "Write rfc3339, or a pattern such as yyyy-MM-dd HH:mm:ss."
        )
        let pattern = field?.name(bytesMax: 100)
        let zoneField = section.field("time_zone")
        let zone = zoneField.flatMap(timeZone)
        section.finish()
        guard let field, let pattern else { return nil }
        if pattern.lowercased() == "rfc3339" {
            zoneField?.refuse(
                "Times in RFC 3339 carry their own offset.",
                hint: "Remove time_zone, or give a pattern.",
                code: .conflictingKeys
            )
            return .rfc3339
        }
        if let fault = TimePattern.fault(in: pattern) {
            field.refuse(
                "\(Spelling.quoted(pattern)) is not a time pattern: \(fault).",
                hint: TimePattern.hint
            )
            return nil
        }
        guard zoneField != nil else {
            log.add(
                .missingKey,
                at: section.place,
                "\(section.path).time_zone",
                "A pattern without a time zone does not give an instant.",
                hint: "Name the zone the ERP writes in, such as Europe/Berlin or UTC."
            )
            return nil
        }
        return zone.map { .pattern(pattern, timeZone: $0) }
    }
}

extension TextEncoding {
    /// Other names that people and files use.
    static let aliases: [(String, TextEncoding)] = [
        ("utf8", .utf8), ("cp1252", .windows1252), ("windows1252", .windows1252), ("latin1", .latin1),
        ("latin-1", .latin1), ("iso8859-1", .latin1), ("latin9", .latin9), ("latin-9", .latin9),
        ("iso8859-15", .latin9), ("utf16", .utf16), ("utf16le", .utf16LittleEndian),
        ("utf16be", .utf16BigEndian),
    ]
}

extension Field {
    /// One ASCII character, or its name.
    fileprivate func separator(names: [String: UInt8]) -> UInt8? {
        guard let text = text("one character") else { return nil }
        if let named = names[text] { return named }
        guard let byte = text.utf8.first, text.utf8.count == 1, byte < 0x80, byte != 0x0A, byte != 0x0D,
            byte != 0
        else {
            let example = names.isEmpty ? "\";\"" : "\";\" or tab"
            refuse("\(Spelling.quoted(text)) is not one ASCII character.", hint: "Write it as in \(example).")
            return nil
        }
        return byte
    }
}
