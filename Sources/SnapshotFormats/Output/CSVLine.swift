package import InventoryCore

/// Builds RFC 4180 lines in a byte buffer: quotes only where they are needed, LF line ends.
package struct CSVLine: Sendable {
    package private(set) var bytes: [UInt8] = []

    package init() {}

    package mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
    }

    package mutating func append(_ fields: [String]) {
        for (index, field) in fields.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            append(field)
        }
        bytes.append(UInt8(ascii: "\n"))
    }

    /// The header of the lines that `append(_ delta:)` writes.
    package static let deltaHeader = ["sku", "location", "unit", "kind", "before", "after"]

    /// Writes a delta with the same columns as its JSON form; what does not exist is empty.
    package mutating func append(_ delta: Delta) {
        append([
            delta.key.sku.text, delta.key.location.text, delta.key.unit.text, delta.kind,
            delta.before?.description ?? "", delta.after?.description ?? "",
        ])
    }

    private mutating func append(_ field: String) {
        let needsQuotes = field.utf8.contains { $0 == 0x22 || $0 == 0x2C || $0 == 0x0A || $0 == 0x0D }
        guard needsQuotes else {
            bytes.append(contentsOf: field.utf8)
            return
        }
        bytes.append(0x22)
        for byte in field.utf8 {
            if byte == 0x22 { bytes.append(0x22) }
            bytes.append(byte)
        }
        bytes.append(0x22)
    }
}
