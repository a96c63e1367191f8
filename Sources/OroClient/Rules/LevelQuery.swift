import InventoryCore

/// The paths and queries that ask for levels.
struct LevelQuery: Sendable {
    let urlBytesMax: Int

    static let collection = "/inventorylevels"

    /// One page of the index after an id.
    ///
    /// One operator only: of two on the same field the shop silently keeps one, and the walk never ends. Only
    /// the Enterprise Edition knows `warehouse`; the Community Edition ignores unknown names.
    static func index(after: LevelID?, size: Int) -> String {
        "\(collection)?\(gt(after))&sort=id&page%5Bsize%5D=\(size)\(named)"
    }

    /// The first level, ids only: the cheapest question that a shop with its API on must answer.
    static let probe = "\(collection)?page%5Bsize%5D=1&fields%5Binventorylevels%5D=quantity"

    /// One page of the levels of some SKUs after an id.
    static func ofSKUs(_ list: Substring, after: LevelID?, size: Int) -> String {
        "\(collection)?filter%5Bproduct.sku%5D=\(list)&\(gt(after))&sort=id&page%5Bsize%5D=\(size)\(named)"
    }

    /// The quantities of some levels.
    static func quantities(_ list: Substring, size: Int) -> String {
        "\(collection)?filter%5Bid%5D=\(list)&page%5Bsize%5D=\(size)&fields%5Binventorylevels%5D=quantity"
    }

    /// Some levels with SKU, unit and warehouse.
    static func named(_ list: Substring, size: Int) -> String {
        "\(collection)?filter%5Bid%5D=\(list)&page%5Bsize%5D=\(size)\(named)"
    }

    /// Quantities only, after an id: an order of magnitude cheaper for the shop than the index.
    static func quantities(after: LevelID?, size: Int) -> String {
        "\(collection)?\(gt(after))&sort=id&page%5Bsize%5D=\(size)&fields%5Binventorylevels%5D=quantity"
    }

    /// The inventory status of some SKUs.
    static func statuses(_ list: Substring, size: Int) -> String {
        "/products?filter%5Bsku%5D=\(list)&page%5Bsize%5D=\(size)&\(statusOnly)"
    }

    /// Keeps an answer about products to the fields that are read.
    static let statusOnly = "fields%5Bproducts%5D=sku,inventory_status"

    private static func gt(_ after: LevelID?) -> String {
        "filter%5Bid%5D%5Bgt%5D=\(encoded(after?.text ?? "0"))"
    }

    private static let named =
        "&include=product,productUnitPrecision,warehouse"
        + "&fields%5Binventorylevels%5D=quantity,product,productUnitPrecision,warehouse"
        + "&fields%5Bproducts%5D=sku,primaryUnitPrecision&fields%5Bproductunitprecisions%5D"
        + "=unit,precision,conversionRate"

    /// Room for the path and the fixed part of a query before a list.
    static let fixedBytes = 500

    /// Divides texts into lists that fit the URL, encoded and joined by commas; a text too long for any URL
    /// is a list of its own.
    func lists(_ texts: [String], countMax: Int) -> [(range: Range<Int>, list: Substring)] {
        var lists: [(Range<Int>, Substring)] = []
        let bytesMax = max(1, urlBytesMax - LevelQuery.fixedBytes)
        var start = 0
        var list = ""
        for (index, text) in texts.enumerated() {
            let next = LevelQuery.encoded(text)
            let isFull = index - start >= countMax || list.utf8.count + 1 + next.utf8.count > bytesMax
            if isFull, index > start {
                lists.append((start..<index, Substring(list)))
                start = index
                list = ""
            }
            if index > start { list += "," }
            list += next
        }
        if start < texts.count { lists.append((start..<texts.count, Substring(list))) }
        return lists
    }

    /// Whether the shop can be asked for a SKU at all.
    ///
    /// A comma divides the list and two dots make a range, however they are encoded; OroCommerce's own rule
    /// (latin letters,
    /// digits, `-` and `_`) allows neither, so a product with such a SKU does not exist.
    static func canAsk(_ sku: SKU) -> Bool {
        !sku.text.isEmpty && sku.text.utf8.count <= 255 && !sku.text.contains(",") && !sku.text.contains("..")
            && sku.text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
    }

    /// Percent-encodes all but RFC 3986's unreserved characters.
    static func encoded(_ text: String) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count)
        let digits = Array("0123456789ABCDEF".utf8)
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "-"), UInt8(ascii: "_"),
                UInt8(ascii: "."), UInt8(ascii: "~"):
                bytes.append(byte)
            default:
                bytes.append(UInt8(ascii: "%"))
                bytes.append(digits[Int(byte >> 4)])
                bytes.append(digits[Int(byte & 15)])
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
