import GRDB
import InventoryCore

extension Database {
    /// Moves the exceptions of version 4 into typed columns: the only place that ever reads a subject's text.
    ///
    /// Of two texts that mean the same subject the open one counts, else the newer one.
    func moveExceptionsOfV4() throws {
        let rows = try Row.fetchCursor(
            self,
            sql: """
                SELECT code, subject, message, level, first_run, last_run, opened, seen, closed
                FROM exceptions_v4 ORDER BY closed IS NOT NULL, seen DESC
                """
        )
        let insert = try cachedStatement(
            sql: """
                INSERT OR IGNORE INTO exceptions
                    (code, sku, unit, warehouse, location, site, source, stock, message,
                     level, first_run, last_run, opened, seen, closed)
                VALUES (?, ?, ?, ?, ?, ?, '', ?, ?, ?, ?, ?, ?, ?, ?)
                """
        )
        while let row = try rows.next() {
            let (code, text, message): (String, String, String) = (row[0], row[1], row[2])
            let subject = try subject(ofV4: text, code: code, message: message, level: row[3])
            try insert.execute(arguments: [
                code, subject.sku?.text ?? "", subject.unit?.text ?? "", subject.warehouse ?? "",
                subject.location?.text ?? "", subject.site?.text ?? "",
                try stock(ofV4: subject, level: row[3]), message,
                row[3] as Int64?, row[4] as Int64?, row[5] as Int64?,
                row[6] as Int64, row[7] as Int64, row[8] as Int64?,
            ])
        }
        try execute(sql: "DROP TABLE exceptions_v4")
    }

    private func subject(ofV4 text: String, code: String, message: String, level: Int64?) throws -> Subject {
        switch InventoryException.Code(rawValue: code) {
        case .unknownLocation: Subject(location: Location(text))
        case .unknownUnit: Subject(sku: SKU(text))
        // A key with a NUL, shown as ␀, was the only one that named its unit too.
        case .unknownSKU where !text.contains("\u{2400}"): Subject(sku: SKU(text))
        case .negativeStock, .oversold, .unattributedOrder, .quantityTooLarge:
            Subject(stockOfV4: text, message: message)
        default:
            // Codes of later versions cannot occur.
            try levelSubject(ofV4: text, level: level)
        }
    }

    /// `SKU / unit / warehouse`, where each part may hold ` / ` itself: a level that is known decides.
    private func levelSubject(ofV4 text: String, level: Int64?) throws -> Subject {
        if let level, let key = try key(where: "id = ?", [level]), key.description == text {
            return Subject(key)
        }
        let parts = text.split(separator: " / ", omittingEmptySubsequences: false).map { String($0) }
        var known: Subject?
        for length in parts.indices.dropFirst().reversed() {
            let sku = parts[..<length].joined(separator: " / ")
            for unitLength in 1...(parts.count - length) {
                let end = length + unitLength
                let unit = parts[length..<end].joined(separator: " / ")
                let warehouse = parts[end...].joined(separator: " / ")
                let condition = "sku = ? AND unit = ? AND warehouse = ?"
                if let key = try key(where: condition, [sku, unit, warehouse]) { return Subject(key) }
            }
            if known == nil, try key(where: "sku = ? LIMIT 1", [sku]) != nil {
                let warehouse = parts[(length + 1)...].joined(separator: " / ")
                known = Subject(sku: SKU(sku), unit: StockUnit(parts[length]), warehouse: warehouse)
            }
        }
        if let known { return known }
        if try key(where: "sku = ? LIMIT 1", [text]) != nil { return Subject(sku: SKU(text)) }
        return Subject(
            sku: SKU(parts[0]),
            unit: parts.count > 1 ? StockUnit(parts[1]) : nil,
            warehouse: parts.dropFirst(2).joined(separator: " / ")
        )
    }

    private func key(where condition: String, _ arguments: StatementArguments) throws -> LevelKey? {
        let statement = try cachedStatement(sql: "SELECT sku, unit, warehouse FROM levels WHERE \(condition)")
        return try Row.fetchOne(statement, arguments: arguments).map { LevelKey($0, at: 0) }
    }

    /// The SKU whose stock the product shows a part of, where a level of it says so.
    private func stock(ofV4 subject: Subject, level: Int64?) throws -> String? {
        guard let sku = subject.sku else { return nil }
        let statement = try cachedStatement(
            sql: """
                SELECT stock FROM levels WHERE sku = ?1 AND stock IS NOT NULL
                ORDER BY id = ?2 DESC LIMIT 1
                """
        )
        return try String.fetchOne(statement, arguments: [sku.text, level])
    }
}

extension Subject {
    /// `SKU`, `SKU LOCATION` or `SKU SITE`, where each may hold blanks: the message names both apart.
    fileprivate init(stockOfV4 text: String, message: String) {
        let blanks = text.indices.filter { text[$0] == " " }
        for blank in blanks {
            let (sku, rest) = (String(text[..<blank]), String(text[text.index(after: blank)...]))
            if message.contains("\(sku) at location \(rest) ") {
                self.init(sku: SKU(sku), location: Location(rest))
                return
            }
            if message.contains("\(sku) at site \(rest) ") {
                self.init(sku: SKU(sku), site: SiteID(rest))
                return
            }
        }
        self.init(sku: SKU(text))
    }
}
