import Foundation
import Hummingbird
import InventoryCore

/// A part of a list: what was asked for, and how it is answered.
struct Page {
    let limit: Int
    /// What the last page's cursor says; nothing for the first page.
    let cursor: String?

    static let keys: Set<String> = ["limit", "cursor"]
    static let limitMax = 1_000
    private static let limitUsual = 100
    /// Lists that are counted through are not counted further.
    static let offsetMax = 100_000

    /// Reads `limit` and `cursor`.
    ///
    /// - Throws: `bad_parameter`.
    init(_ query: [String: String]) throws(Fault) {
        limit = try Page.limit(query["limit"])
        cursor = try query["cursor"].map { (text) throws(Fault) in try Page.decoded(text) }
    }

    private static func limit(_ text: String?) throws(Fault) -> Int {
        guard let text else { return limitUsual }
        guard let number = Int(text), (1...limitMax).contains(number) else {
            throw .badParameter("limit", "`limit` is a number from 1 to \(limitMax).")
        }
        return number
    }

    /// The place in a list that is counted through.
    ///
    /// - Throws: `bad_parameter`.
    func offset() throws(Fault) -> Int {
        guard let cursor else { return 0 }
        guard let number = Int(cursor), (0...Page.offsetMax).contains(number) else { throw Page.badCursor }
        return number
    }

    static let badCursor = Fault.badParameter("cursor", "`cursor` is not one that a page has given.")

    private static func decoded(_ text: String) throws(Fault) -> String {
        guard text.utf8.count <= 1_000, let bytes = [UInt8](base64URL: text),
            let decoded = String(validating: bytes, as: UTF8.self)
        else { throw badCursor }
        return decoded
    }

    /// The answer of a list that was asked for one item more than the page has.
    func answer<Item>(
        _ found: [Item],
        next: (Item) -> String,
        _ write: (Item) -> [UInt8]
    ) -> Response {
        let shown = found.prefix(limit)
        let isMore = found.count > limit
        return answer(shown.map(write), next: isMore ? shown.last.map(next) : nil)
    }

    /// The answer of a list that is counted through: `found` begins at the page's first item.
    func answer<Item>(counted found: some Collection<Item>, _ write: (Item) -> [UInt8]) throws(Fault)
        -> Response
    {
        let next = try offset() + limit
        let isMore = found.count > limit && next <= Page.offsetMax
        return answer(found.prefix(limit).map(write), next: isMore ? "\(next)" : nil)
    }

    private func answer(_ items: [[UInt8]], next: String?) -> Response {
        let cursor = next.map { Array($0.utf8).base64URL }
        return Answer.json(
            JSONPieces.object([("items", JSONPieces.array(items)), ("next", JSONPieces.string(cursor))])
        )
    }
}

extension [UInt8] {
    /// Base64 of RFC 4648 section 5, without padding.
    var base64URL: String {
        Data(self).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_")
            .replacing("=", with: "")
    }

    init?(base64URL text: String) {
        var plain = text.replacing("-", with: "+").replacing("_", with: "/")
        plain += String(repeating: "=", count: (4 - plain.utf8.count % 4) % 4)
        guard let data = Data(base64Encoded: plain) else { return nil }
        self = Array(data)
    }
}
