import InventoryCore
import SnapshotFormats

extension SettingsDecoder {
    private enum SourceWord {
        case kind(SourceSettings.Kind)
        case later
    }

    private enum FormatWord {
        case known(Notation, Dialect)
        case later
    }

    /// The section of one source; nothing where what cannot be defaulted is missing or wrong.
    func source(_ section: Section, id: SourceID) -> SourceSettings? {
        var section = section
        let later = ["http", "odoo", "tryton"].map { ($0, SourceWord.later) }
        let words = SourceSettings.Kind.allCases.map { ($0.rawValue, SourceWord.kind($0)) } + later
        let kindField = section.required("kind", hint: "Write file, folder or upload.")
        var kind: SourceSettings.Kind?
        switch kindField?.choice(words) {
        case .kind(let known): kind = known
        case .later:
            kindField?.refuse(
                "This version does not read from this kind of source.",
                hint: "Let the ERP write files, and use file or folder; or let it send them, and use upload.",
                code: .notYet
            )
        case nil: break
        }
        // Of uploads the state folder has the place: see `placeUploads`.
        let path =
            kind == .upload
            ? "" : section.required("path", hint: "Name the snapshot file or the folder.")?.name()
        let (notation, dialect) = dialect(&section)
        var settings = SourceSettings(id: id, kind: kind ?? .file, path: path ?? "")
        settings.folder = folderRule(&section, kind: kind, path: path)
        settings.format.notation = notation
        settings.format.dialect = dialect
        if let columns = section.section("columns") {
            settings.format.columns = self.columns(columns, notation, dialect: dialect) ?? .byName
        } else if !dialect.hasHeader {
            section.log.add(
                .missingKey,
                at: section.place,
                "\(section.path).columns",
                "Without a header, columns cannot be found by their names.",
                hint: "Give each one a position, as in sku: { position: 1 }."
            )
        }
        settings.format.rows = rowRules(&section, notation, dialect)
        let scopeField = section.field("scope")
        settings.scope =
            scopeField?.choice(SnapshotScope.allCases.map { ($0.rawValue, $0) }) ?? .partial
        settings.contract = section.section("contract").flatMap(contract)
        if settings.scope == .full, settings.contract == nil, let scopeField {
            log.warn(
                .noContract,
                at: scopeField.place,
                scopeField.path,
                "Without a contract a full snapshot counts as partial: a missing row never becomes zero.",
                hint: "Add contract: { rows_min: N }, or let the ERP write a manifest beside each file."
            )
        }
        let duplicates = section.field("duplicates")
        settings.duplicates = duplicates?.choice(DuplicateRule.allCases.map { ($0.rawValue, $0) }) ?? .sum
        settings.schedule = section.section("schedule").flatMap(schedule)
        settings.watches = section.field("watch")?.flag() ?? (kind == .upload)
        settings.events = section.section("events").map { events($0, settings.format.columns) }
        settings.freshSeconds = section.field("fresh_for")?.seconds(in: 1...31_536_000)
        section.finish()
        return kind == nil || path == nil ? nil : settings
    }

    private func contract(_ section: Section) -> SourceSettings.Contract? {
        var section = section
        let rowsMin = section.required("rows_min", hint: "Say how many rows a whole snapshot has at least.")?
            .integer(in: 1...Int.max)
        section.finish()
        return rowsMin.map { SourceSettings.Contract(rowsMin: $0) }
    }

    /// The keys `format`, `csv`, `ndjson` and `times`.
    private func dialect(_ section: inout Section) -> (Notation, Dialect) {
        let field = section.field("format")
        let later = ["json", "xml", "fixed"].map { ($0, FormatWord.later) }
        let words =
            [
                ("csv", FormatWord.known(.delimited, Dialect())), ("tsv", .known(.delimited, .tabs)),
                ("ndjson", .known(.ndjson, Dialect())),
            ] + later
        var notation = Notation.delimited
        var dialect = Dialect()
        switch field?.choice(words) {
        case .known(let wanted, let known): (notation, dialect) = (wanted, known)
        case .later:
            field?.refuse(
                "This version does not read this format.",
                hint: "Let the ERP write csv, tsv or ndjson.",
                code: .notYet
            )
        case nil: break
        }
        let (own, other) = notation == .ndjson ? ("ndjson", "csv") : ("csv", "ndjson")
        if let written = section.section(own) {
            if notation == .ndjson { ndjson(written, into: &dialect) } else { csv(written, into: &dialect) }
        }
        section.field(other)?.refuse(
            "This section belongs to another format.",
            hint: "Remove it, or set format to it.",
            code: .conflictingKeys
        )
        if let times = section.section("times"), let format = timeFormat(times) {
            dialect.timeFormat = format
        }
        return (notation, dialect)
    }
}
