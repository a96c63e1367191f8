import HTTPTransport
import InventoryCore

/// The JSON bodies that set levels, written byte by byte.
///
/// A batch record costs well under a microsecond this way; an encoder would be most of the 15 µs that a
/// record may take.
enum WriteBody {
    /// The body of `PATCH /inventorylevels/{id}`.
    static func single(_ write: LevelWrite) -> [UInt8] {
        var body: [UInt8] = []
        body.reserveCapacity(96 + write.level.text.utf8.count)
        body.append(contentsOf: #"{"data":{"type":"inventorylevels","id":""#.utf8)
        body.appendJSONText(write.level.text)
        body.append(contentsOf: #"","attributes":{"quantity":""#.utf8)
        body.appendDecimal(write.quantity)
        body.append(contentsOf: #""}}}"#.utf8)
        return body
    }

    /// The body of `PATCH /inventorylevels`; without `meta.update` every record would be refused with 405.
    static func batch(_ writes: [LevelWrite]) -> [UInt8] {
        var body: [UInt8] = []
        body.reserveCapacity(16 + writes.count * 112)
        body.append(contentsOf: #"{"data":["#.utf8)
        for (index, write) in writes.enumerated() {
            if index > 0 { body.append(UInt8(ascii: ",")) }
            body.append(contentsOf: #"{"type":"inventorylevels","id":""#.utf8)
            body.appendJSONText(write.level.text)
            body.append(contentsOf: #"","meta":{"update":true},"attributes":{"quantity":""#.utf8)
            body.appendDecimal(write.quantity)
            body.append(contentsOf: #""}}"#.utf8)
        }
        body.append(contentsOf: "]}".utf8)
        return body
    }

    /// The body of `PATCH /products/{id}` that sets the product to `in_stock`.
    static func inStock(_ product: String) -> [UInt8] {
        var body: [UInt8] = []
        body.append(contentsOf: #"{"data":{"type":"products","id":""#.utf8)
        body.appendJSONText(product)
        body.append(contentsOf: #"","relationships":{"inventory_status":{"data":"#.utf8)
        body.append(contentsOf: #"{"type":"prodinventorystatuses","id":"in_stock"}}}}}"#.utf8)
        return body
    }

    /// The body of the token request.
    static func token(clientID: String, clientSecret: Secret) -> [UInt8] {
        var body: [UInt8] = []
        body.append(contentsOf: #"{"grant_type":"client_credentials","client_id":""#.utf8)
        body.appendJSONText(clientID)
        body.append(contentsOf: #"","client_secret":""#.utf8)
        body.appendJSONText(clientSecret.revealed())
        body.append(contentsOf: #""}"#.utf8)
        return body
    }
}

extension [UInt8] {
    /// Appends a plain decimal without exponent and trailing zeros, the only form that OroCommerce takes
    /// everywhere.
    mutating func appendDecimal(_ quantity: Quantity) {
        if quantity.millionths < 0 { append(UInt8(ascii: "-")) }
        let (units, fraction) = quantity.millionths.magnitude.quotientAndRemainder(dividingBy: 1_000_000)
        appendDigits(units, width: 1)
        guard fraction > 0 else { return }
        append(UInt8(ascii: "."))
        var rest = fraction
        var width = 6
        while rest % 10 == 0 {
            rest /= 10
            width -= 1
        }
        appendDigits(rest, width: width)
    }

    private mutating func appendDigits(_ number: UInt64, width: Int) {
        var divisor: UInt64 = 1
        var digits = 1
        while number / divisor >= 10 {
            divisor *= 10
            digits += 1
        }
        for _ in digits..<Swift.max(digits, width) { append(UInt8(ascii: "0")) }
        var rest = number
        while divisor > 0 {
            append(UInt8(ascii: "0") + UInt8(rest / divisor))
            rest %= divisor
            divisor /= 10
        }
    }
}
