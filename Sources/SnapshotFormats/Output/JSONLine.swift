package import InventoryCore

/// Builds one JSON object a line in a byte buffer, without a tree in between.
package struct JSONLine: Sendable {
    package private(set) var bytes: [UInt8] = []
    private var isFirst = true

    package init() {
        bytes.reserveCapacity(256)
    }

    /// Starts the next object.
    package mutating func open() {
        bytes.append(UInt8(ascii: "{"))
        isFirst = true
    }

    /// Ends the object and the line.
    package mutating func close() {
        bytes.append(UInt8(ascii: "}"))
        bytes.append(UInt8(ascii: "\n"))
    }

    package mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
    }

    package mutating func field(_ name: StaticString, _ value: String?) {
        begin(name)
        guard let value else { return null() }
        JSONLine.append(quoted: value, to: &bytes)
    }

    package mutating func field(_ name: StaticString, _ value: Int) {
        begin(name)
        bytes.append(contentsOf: String(value).utf8)
    }

    /// Writes a quantity as a plain decimal string; consumers that read numbers as floats would lose digits.
    package mutating func field(_ name: StaticString, _ value: Quantity?) {
        begin(name)
        guard let value else { return null() }
        bytes.append(UInt8(ascii: "\""))
        bytes.append(contentsOf: value.description.utf8)
        bytes.append(UInt8(ascii: "\""))
    }

    private mutating func begin(_ name: StaticString) {
        if !isFirst { bytes.append(UInt8(ascii: ",")) }
        isFirst = false
        bytes.append(UInt8(ascii: "\""))
        bytes.append(contentsOf: name.description.utf8)
        bytes.append(UInt8(ascii: "\""))
        bytes.append(UInt8(ascii: ":"))
    }

    private mutating func null() {
        bytes.append(contentsOf: "null".utf8)
    }

    /// Appends a JSON string literal (RFC 8259, section 7).
    package static func append(quoted text: String, to bytes: inout [UInt8]) {
        let digits = Array("0123456789abcdef".utf8)
        bytes.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                bytes.append(UInt8(ascii: "\\"))
                bytes.append(byte)
            case 0x0A: bytes.append(contentsOf: "\\n".utf8)
            case 0x0D: bytes.append(contentsOf: "\\r".utf8)
            case 0x09: bytes.append(contentsOf: "\\t".utf8)
            case 0..<0x20:
                bytes.append(contentsOf: "\\u00".utf8)
                bytes.append(digits[Int(byte >> 4)])
                bytes.append(digits[Int(byte & 15)])
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }
}
