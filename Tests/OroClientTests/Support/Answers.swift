import InventoryCore
import Logging

@testable import HTTPTransport
@testable import OroClient

/// Answers as a running 5.1.8 gives them.
enum Answers {
    static let tokenBody = #"{"token_type":"Bearer","expires_in":3600,"access_token":"TOKEN-1"}"#
    static let badClient =
        #"{"error":"invalid_client","error_description":"Client authentication failed","#
        + #""message":"Client authentication failed"}"#
    static let missing =
        #"{"errors":[{"status":"404","title":"not found http exception","#
        + #""detail":"An entity with the requested identifier does not exist."}]}"#
    /// With the web API switched off nothing is explained.
    static let webAPIOff = #"{"errors":[{"status":"404","title":"not found http exception"}]}"#
    static let unknownType =
        #"{"errors":[{"status":"404","title":"entity type constraint","#
        + #""detail":"Unknown entity type: nosuch."}]}"#
    static let notDecimal =
        #"{"errors":[{"status":"400","title":"form constraint","detail":"This value is not valid.","#
        + #""source":{"pointer":"\/data\/attributes\/quantity"}}]}"#
    static let denied =
        #"{"errors":[{"status":"403","title":"access denied exception","#
        + #""detail":"No access to this type of entities."}]}"#
    static let emptyBody =
        #"{"errors":[{"status":"400","title":"request data constraint","#
        + #""detail":"The request data should not be empty"}]}"#
    static let wrongMediaType =
        #"[{"title":"unsupported media type http exception","#
        + #""detail":"The \"Content-Type\" request header should "#
        + #"contain JSON:API media type without any parameters."}]"#
    static let html = "<!DOCTYPE html>\n<html><body><h1>Oops! An Error Occurred</h1></body></html>"

    static func level(_ id: String, _ quantity: String) -> String {
        #"{"data":{"type":"inventorylevels","id":"\#(id)","links":{"#
            + #""self":"http:\/\/oro.example\/admin\/api\/"#
            + #"inventorylevels\/\#(id)"},"attributes":{"quantity":"\#(quantity)"},"relationships":{"#
            + #""product":{"data":"#
            + #"{"type":"products","id":"1"}}}}}"#
    }

    static func operation(_ id: String, _ status: String, summary: String = "null") -> String {
        #"{"data":{"type":"asyncoperations","id":"\#(id)","attributes":{"status":"\#(status)","#
            + #""progress":0.6667,"#
            + #""createdAt":"2026-11-23T03:14:47Z","elapsedTime":0,"entityType":"inventorylevels","#
            + #""summary":\#(summary)},"relationships":{"owner":{"data":{"type":"users","id":"1"}}}}}"#
    }

    static func summary(read: Int, write: Int, errors: Int) -> String {
        #"{"aggregateTime":676,"readCount":\#(read),"writeCount":\#(write),"errorCount":\#(errors),"#
            + #""createCount":0,"updateCount":\#(write)}"#
    }

    static let jsonAPI = ("Content-Type", "application/vnd.api+json")

    static func reply(_ status: Int, _ body: String = "", type: String = "application/vnd.api+json")
        -> HTTPReply
    {
        var reply = HTTPReply(status: status)
        reply.mediaType = type
        reply.body = Array(body.utf8)
        return reply
    }
}

extension LevelWrite {
    static func of(_ level: LevelID, _ units: Int64) -> LevelWrite {
        LevelWrite(level: level, quantity: Quantity(units: units))
    }
}

extension OroOptions {
    /// Options for a server on loopback.
    static func loopback(_ url: String) -> OroOptions {
        OroOptions(url: url, clientID: "CLIENT-ID", clientSecret: Secret("CLIENT-SECRET"))
    }
}

let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
