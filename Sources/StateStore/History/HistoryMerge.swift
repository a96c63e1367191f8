import InventoryCore

/// Goes through several sorted parts of the history at once, SKU by SKU.
///
/// Parts come in the order of time: of one SKU the entries of earlier ones come first.
struct HistoryMerge {
    private var parts: [Part]

    /// Begins at the first SKU of files and, behind them, of entries that no file has yet.
    init(_ files: [HistoryFile], then entries: [HistoryEntry] = []) throws(Fault) {
        parts = files.map { Part(.file($0)) }
        if !entries.isEmpty { parts.append(Part(.list(entries))) }
        for number in parts.indices { try parts[number].advance() }
    }

    /// Gives all entries of the next SKU; nothing at the end.
    ///
    /// - Throws: `history_damaged`.
    mutating func next() throws(Fault) -> [HistoryEntry]? {
        var least: SKU?
        for part in parts {
            guard let sku = part.head?.sku else { continue }
            if least.map({ sku < $0 }) ?? true { least = sku }
        }
        guard let sku = least else { return nil }
        var entries: [HistoryEntry] = []
        for number in parts.indices {
            while let head = parts[number].head, head.sku == sku {
                entries.append(head)
                try parts[number].advance()
            }
        }
        return entries
    }

    private struct Part {
        private let source: Source
        private var reader: HistoryBlockReader?
        private var place = 0
        private(set) var head: HistoryEntry?

        enum Source {
            case file(HistoryFile)
            case list([HistoryEntry])
        }

        init(_ source: Source) {
            self.source = source
        }

        mutating func advance() throws(Fault) {
            switch source {
            case .list(let entries):
                head = place < entries.count ? entries[place] : nil
                place += 1
            case .file(let file): head = try next(of: file)
            }
        }

        private mutating func next(of file: HistoryFile) throws(Fault) -> HistoryEntry? {
            while true {
                do throws(HistoryDamage) {
                    if let entry = try reader?.next() { return entry }
                } catch {
                    throw HistoryFile.damaged(file.path)
                }
                guard place < file.index.blocks.count else { return nil }
                reader = try file.block(place)
                place += 1
            }
        }
    }
}
