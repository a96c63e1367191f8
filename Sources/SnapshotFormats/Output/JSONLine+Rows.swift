package import InventoryCore

extension JSONLine {
    /// Writes a source row as `read` prints it (spec, Command line).
    package mutating func append(_ row: SourceRow) {
        open()
        field("sku", row.key.sku.text)
        field("location", row.key.location.text)
        field("unit", row.key.unit.text)
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

    /// Writes a delta as `diff` prints it.
    package mutating func append(_ delta: Delta) {
        open()
        field("sku", delta.key.sku.text)
        field("location", delta.key.location.text)
        field("unit", delta.key.unit.text)
        field("kind", delta.kind)
        field("before", delta.before)
        field("after", delta.after)
        close()
    }
}
