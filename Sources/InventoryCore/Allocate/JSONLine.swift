/// Writes one JSON object as bytes, its members in the order given.
struct JSONLine {
    private(set) var bytes: [UInt8] = []
    private var needsComma = false

    static let hexadecimalDigits = Array("0123456789abcdef".utf8)

    mutating func object(_ name: String? = nil, _ body: (inout JSONLine) -> Void) {
        open(name, UInt8(ascii: "{"))
        body(&self)
        close(UInt8(ascii: "}"))
    }

    mutating func array(_ name: String? = nil, _ body: (inout JSONLine) -> Void) {
        open(name, UInt8(ascii: "["))
        body(&self)
        close(UInt8(ascii: "]"))
    }

    mutating func member(_ name: String, _ text: String?) {
        begin(name)
        if let text { string(text) } else { raw("null") }
    }

    mutating func member(_ name: String, _ quantity: Quantity?) {
        member(name, quantity?.description)
    }

    mutating func member(_ name: String, _ number: Int?) {
        begin(name)
        raw(number.map { String($0) } ?? "null")
    }

    mutating func member(_ name: String, _ value: Bool) {
        begin(name)
        raw(value ? "true" : "false")
    }

    /// Ends the line.
    mutating func end() {
        bytes.append(UInt8(ascii: "\n"))
        needsComma = false
    }

    mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        needsComma = false
    }

    private mutating func open(_ name: String?, _ bracket: UInt8) {
        begin(name)
        bytes.append(bracket)
        needsComma = false
    }

    private mutating func close(_ bracket: UInt8) {
        bytes.append(bracket)
        needsComma = true
    }

    private mutating func begin(_ name: String?) {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
        needsComma = true
        guard let name else { return }
        string(name)
        bytes.append(UInt8(ascii: ":"))
    }

    private mutating func raw(_ text: String) {
        bytes.append(contentsOf: text.utf8)
    }

    private mutating func string(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                bytes.append(UInt8(ascii: "\\"))
                bytes.append(byte)
            case 0..<0x20:
                bytes.append(contentsOf: "\\u00".utf8)
                bytes.append(JSONLine.hexadecimalDigits[Int(byte >> 4)])
                bytes.append(JSONLine.hexadecimalDigits[Int(byte & 15)])
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }
}
