extension JSONLine {
    /// Writes a source row as `read` prints it (spec, Command line).
    package mutating func append(_ row: SourceRow) {
        open()
        field("sku", row.key.sku.text)
        field("location", row.key.location.text)
        field("unit", row.key.unit.text)
        bin(row.key)
        field("on_hand", row.onHand)
        field("committed", row.committed)
        field("unusable", row.unusable)
        field("as_of", row.asOf?.description)
        close()
    }

    /// Writes a rejected row as `read` prints it on standard error.
    package mutating func append(_ row: RejectedRow) {
        open()
        field("line", row.line)
        field("column", row.column)
        field("reason", row.reason.rawValue)
        field("message", row.message)
        field("bytes", String(decoding: row.bytes, as: UTF8.self))
        close()
    }

    /// Writes a position as `baseline dump` prints it.
    package mutating func append(_ position: Position) {
        open()
        field("sku", position.key.sku.text)
        field("location", position.key.location.text)
        field("unit", position.key.unit.text)
        bin(position.key)
        field("net", position.net)
        close()
    }

    /// Named only where there is one: most sources have none.
    private mutating func bin(_ key: PositionKey) {
        if !key.bin.text.isEmpty { field("bin", key.bin.text) }
    }
}
