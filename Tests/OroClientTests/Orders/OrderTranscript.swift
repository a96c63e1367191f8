import Foundation
import InventoryCore

@testable import HTTPTransport
@testable import OroClient

/// A recorded answer to a question about orders.
struct OrderTranscript: Sendable {
    let name: String
    let reply: HTTPReply

    static func named(_ name: String) throws -> OrderTranscript {
        guard let transcript = try all().first(where: { $0.name == name }) else {
            throw Missing(name: name)
        }
        return transcript
    }

    struct Missing: Error {
        let name: String
    }

    /// All transcripts beside this file.
    static func all() throws -> [OrderTranscript] {
        guard let file = Bundle.module.url(forResource: "Transcripts", withExtension: "ndjson") else {
            throw Missing(name: "all")
        }
        return try Data(contentsOf: file).split(separator: 0x0A).map { line in
            var read = HTTPReply(status: 0)
            var name = ""
            var json = JSONReader(Array(line))
            try json.object { (key, json) throws(JSONError) in
                switch key {
                case "name": name = try json.text() ?? ""
                case "status": read.status = try json.integer() ?? 0
                case "type": read.mediaType = try json.text() ?? ""
                case "date": read.date = try json.text()
                case "total": read.totalCount = try json.integer()
                case "body": read.body = Array((try json.text() ?? "").utf8)
                default: try json.skip()
                }
            }
            return OrderTranscript(name: name, reply: read)
        }
    }

    /// The orders of the answer, joined and judged.
    func reading(mark: OrderMark? = nil) throws -> OrderReading {
        OrderReading(try OrderDocument(reply.body, mark: mark), mark: mark)
    }
}

/// Orders written as the shop writes them, with what a test wants changed.
enum OrderText {
    static func order(
        _ id: String,
        lines: [String] = [],
        updated: String = "2026-11-29T10:00:00Z",
        attributes: String = "",
        relationships: String = ""
    ) -> String {
        let targets = lines.map { #"{"type":"orderlineitems","id":"\#($0)"}"# }.joined(separator: ",")
        return #"{"type":"orders","id":"\#(id)","attributes":{"identifier":"W-\#(id)","#
            + #""createdAt":"2026-11-29T09:00:00Z","updatedAt":"\#(updated)"\#(attributes)},"#
            + #""relationships":{"lineItems":{"data":[\#(targets)]}\#(relationships)}}"#
    }

    static func line(
        _ id: String,
        _ quantity: String = "1",
        sku: String = "A-1",
        unit: String = #","productUnitCode":"item""#,
        product: String = #"{"type":"products","id":"1"}"#,
        more: String = "",
        type: String = "orderlineitems"
    ) -> String {
        #"{"type":"\#(type)","id":"\#(id)","attributes":{"productSku":"\#(sku)","#
            + #""quantity":\#(quantity)\#(unit)},"#
            + #""relationships":{"product":{"data":\#(product)}\#(more)}}"#
    }

    static func page(_ orders: [String], included: [String] = []) -> String {
        #"{"data":[\#(orders.joined(separator: ","))],"included":[\#(included.joined(separator: ","))]}"#
    }

    static func reading(_ orders: [String], included: [String] = [], mark: OrderMark? = nil) throws
        -> OrderReading
    {
        let body = Array(page(orders, included: included).utf8)
        return OrderReading(try OrderDocument(body, mark: mark), mark: mark)
    }
}
