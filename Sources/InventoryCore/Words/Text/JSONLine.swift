/// Writes JSON objects, one per line, straight into a byte buffer.
package struct JSONLine: Sendable {
    package private(set) var bytes: [UInt8] = []
    private var needsComma = false

    package init() {
        bytes.reserveCapacity(256)
    }

    /// Starts the next line's object.
    package mutating func open() {
        open(nil, UInt8(ascii: "{"))
    }

    /// Ends the object and the line.
    package mutating func close() {
        close(UInt8(ascii: "}"))
        end()
    }

    /// Ends the line.
    package mutating func end() {
        bytes.append(UInt8(ascii: "\n"))
        needsComma = false
    }

    package mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        needsComma = false
    }

    package mutating func object(_ name: StaticString? = nil, _ body: (inout JSONLine) -> Void) {
        open(name, UInt8(ascii: "{"))
        body(&self)
        close(UInt8(ascii: "}"))
    }

    package mutating func array(_ name: StaticString? = nil, _ body: (inout JSONLine) -> Void) {
        open(name, UInt8(ascii: "["))
        body(&self)
        close(UInt8(ascii: "]"))
    }

    package mutating func field(_ name: StaticString, _ text: String?) {
        begin(name)
        guard let text else { return raw("null") }
        quote(text)
    }

    /// Writes an element of an array.
    package mutating func element(_ text: String) {
        begin(nil)
        quote(text)
    }

    /// Writes a quantity as a string, because readers that take JSON numbers for floats would lose digits.
    package mutating func field(_ name: StaticString, _ quantity: Quantity?) {
        begin(name)
        guard let quantity else { return raw("null") }
        bytes.append(UInt8(ascii: "\""))
        quantity.append(to: &bytes)
        bytes.append(UInt8(ascii: "\""))
    }

    package mutating func field(_ name: StaticString, _ number: Int?) {
        begin(name)
        raw(number.map { String($0) } ?? "null")
    }

    package mutating func field(_ name: StaticString, _ value: Bool) {
        begin(name)
        raw(value ? "true" : "false")
    }

    /// Writes a number as an item of an array.
    package mutating func item(_ number: Int) {
        begin(nil)
        raw(String(number))
    }

    private mutating func open(_ name: StaticString?, _ bracket: UInt8) {
        begin(name)
        bytes.append(bracket)
        needsComma = false
    }

    private mutating func close(_ bracket: UInt8) {
        bytes.append(bracket)
        needsComma = true
    }

    /// Does not escape the name: all names are literals of our own.
    private mutating func begin(_ name: StaticString?) {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
        needsComma = true
        guard let name else { return }
        bytes.append(UInt8(ascii: "\""))
        raw(name.description)
        bytes.append(contentsOf: "\":".utf8)
    }

    private mutating func quote(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        bytes.appendJSONText(text)
        bytes.append(UInt8(ascii: "\""))
    }

    private mutating func raw(_ text: String) {
        bytes.append(contentsOf: text.utf8)
    }
}
