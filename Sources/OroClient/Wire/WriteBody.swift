import HTTPTransport
import InventoryCore

/// The JSON bodies that set levels, written byte by byte.
///
/// A batch record costs well under a microsecond this way; an encoder would use most of the 15 µs that a
/// record may take. Quantities are plain decimals, the only form that OroCommerce takes everywhere.
enum WriteBody {
    /// The body of `PATCH /inventorylevels/{id}`.
    static func single(_ write: LevelWrite) -> [UInt8] {
        var body: [UInt8] = []
        body.reserveCapacity(96 + write.level.text.utf8.count)
        body.append(contentsOf: #"{"data":{"type":"inventorylevels","id":""#.utf8)
        body.appendJSONText(write.level.text)
        body.append(contentsOf: #"","attributes":{"quantity":""#.utf8)
        write.quantity.append(to: &body)
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
            write.quantity.append(to: &body)
            body.append(contentsOf: #""}}"#.utf8)
        }
        body.append(contentsOf: "]}".utf8)
        return body
    }

    /// A batch without a record, which every version takes for done at once.
    static let emptyBatch = Array(#"{"data":[]}"#.utf8)

    /// A single write that is certain to be refused: it has a member that no version knows.
    static func refusedSingle(_ write: LevelWrite) -> [UInt8] {
        withUnknownMember(single(write))
    }

    /// A batch of one that is certain to be refused, for the same reason.
    static func refusedBatch(_ write: LevelWrite) -> [UInt8] {
        withUnknownMember(batch([write]))
    }

    private static func withUnknownMember(_ body: [UInt8]) -> [UInt8] {
        guard let attributes = body.firstRange(of: Array(#""attributes":{"#.utf8)) else { return emptyBatch }
        let member = Array("\"\(LocaleRules.unknownMember)\":true,".utf8)
        return body[..<attributes.upperBound] + member + body[attributes.upperBound...]
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
