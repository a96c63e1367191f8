import InventoryCore

/// Files of other programs that are dropped under the name of a snapshot, known by their first bytes.
enum ForeignContent {
    case workbook
    case openDocument
    case archive
    case oldWorkbook
    case pdf
    case webPage
    case markup
    case parquet
    case database

    /// Enough to know all of them by; workbooks need more to be told from other archives.
    static let neededBytes = 64

    /// Gives what the bytes begin, if it is no table.
    init?(beginning bytes: some Collection<UInt8>) {
        let begin = Array(bytes.prefix(4096))
        func begins(_ text: String) -> Bool { begin.starts(with: text.utf8) }
        if begin.starts(with: [0x50, 0x4B, 0x03, 0x04]) {
            let text = String(decoding: begin, as: UTF8.self)
            let isWorkbook = text.contains("[Content_Types].xml") || text.contains("xl/")
            let isDocument = text.contains("opendocument.spreadsheet")
            self = isWorkbook ? .workbook : isDocument ? .openDocument : .archive
        } else if begin.starts(with: [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]) {
            self = .oldWorkbook
        } else if begins("%PDF-") {
            self = .pdf
        } else if begins("PAR1") {
            self = .parquet
        } else if begins("SQLite format 3\u{0}") {
            self = .database
        } else {
            // Pages may begin with a byte order mark and empty lines.
            let text = String(decoding: begin.drop { $0 <= 0x20 || $0 >= 0x80 }.prefix(32), as: UTF8.self)
            let words = text.lowercased()
            if words.hasPrefix("<!doctype html") || words.hasPrefix("<html") || words.hasPrefix("<head") {
                self = .webPage
            } else if words.hasPrefix("<?xml") {
                self = .markup
            } else {
                return nil
            }
        }
    }

    private var name: String {
        switch self {
        case .workbook: "an Excel workbook (.xlsx)"
        case .openDocument: "a LibreOffice spreadsheet (.ods)"
        case .archive: "a zip archive"
        case .oldWorkbook: "an Excel workbook of the old kind (.xls)"
        case .pdf: "a PDF document"
        case .webPage: "a web page, such as a login or an error"
        case .markup: "an XML document"
        case .parquet: "a Parquet file"
        case .database: "an SQLite database"
        }
    }

    private var hint: String {
        switch self {
        case .workbook, .openDocument, .oldWorkbook:
            "Save the sheet as CSV (in Excel: Save As, CSV UTF-8), or let the ERP export CSV."
        case .archive: "Unpack it, and deliver the CSV file in it; .gz and .zst are read as they are."
        case .webPage: "Look at what the download answered: often it asks for a login."
        case .pdf, .markup, .parquet, .database: "Let the ERP export CSV or NDJSON."
        }
    }

    var fault: Fault {
        Fault(
            .badInput,
            code: .notATable,
            message: "This is \(name), not a table.",
            hint: hint
        )
    }
}
