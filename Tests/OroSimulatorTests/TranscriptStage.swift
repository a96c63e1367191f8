@testable import OroSimulator

/// What happened at the recorded shop between the transcripts: other people's writes, and switches thrown.
enum TranscriptStage {
    /// Transcripts that the simulator cannot match, and why.
    static let exceptions: [String: String] = [
        "401-full-list-size1000": "its body is cut, and it counts the products that our lists do not show",
        "401-full-list-size5000": "its body is cut, and it counts the products that our lists do not show",
        "610-chunk1000-batch-1500-two-errors": "its body is cut; only its 202 could be compared",
        "611-chunk1000-batch-1500-poison": "recorded with chunks of 1,000, its body is cut",
        "611-chunk1000-batch-1500-poison-errors": "recorded with chunks of 1,000, its body is cut",
        "772-product-in-stock": "nobody knows why this one write of a status broke",
        "790-productunitprecisions-unit-filter": lists, "792-levels-unit-filter": lists,
        "794-two-operators-same-field-gt-lte": lists, "794-two-operators-same-field-lte-gt": lists,
        "620-consumer-killed-mid-operation-errors": "the operation itself was not recorded",
    ]

    private static let lists = "it counts the products that our lists do not show"
    private static let texts = "the numbers of a product's texts in nine languages are the server's"
    private static let ties = "what sorts alike comes in the order of the database"
    private static let slugs = "the number of a product's slug is the server's"

    /// Transcripts whose request is replayed, but whose body cannot match, and why.
    static let bodyExceptions: [String: String] = [
        "583-product-recreate": texts, "770-product-create": texts, "771-product-manage-inventory-on": texts,
        "780-product-status-in-stock": texts, "700-orders-default": "its body is cut",
        "739-orderlineitem-one": "a product's place in its category is not simulated",
        "811-state-productedit-status-patch": slugs, "811-status-patch-admin": slugs,
        "811-status-patch-admin-back": slugs, "960-status-patch-admin": slugs,
        "960-status-patch-admin-back": slugs, "924-01-orders-sort-internalStatus": ties,
        "924-05-orders-sort-external": ties,
    ]

    /// Operations that were started between the transcripts, while no consumer ran: their numbers there.
    static let unrecordedOperations = ["545-asyncop-stuck-new": ["32", "33"]]

    /// What those operations wrote.
    static let unrecordedBatch =
        #"{"data":[{"type":"inventorylevels","id":"1","attributes":{"quantity":"4242"},"#
        + #""meta":{"update":true}},"#
        + #"{"type":"inventorylevels","id":"2","attributes":{"quantity":"4242"},"meta":{"update":true}}]}"#

    /// Transcripts that were sent with a token that was expired, revoked, or never given out.
    static func hasDeadToken(_ name: String) -> Bool {
        ["500", "501", "502", "503", "509"].contains(String(name.prefix(3)))
    }

    /// Sets the stage for a transcript.
    static func prepare(_ transcript: Transcript, _ simulator: RunningSimulator) async {
        let name = transcript.name
        if let writes = writes[name] {
            for (level, quantity) in writes { simulator.setQuantity(level: level, to: quantity) }
        }
        if name == "545-asyncop-stuck-new" { await simulator.setConsumers(0) }
        if name == "551-after-consumer-restart-errors" {
            await simulator.setConsumers(1)
            await simulator.queueIsIdle()
        }
        simulator.changeConditions { conditions in
            conditions = ShopConditions()
            conditions.maintenance = name == "540-maintenance-get"
            conditions.databaseDown = name.contains("-db-down-")
            conditions.apiOff = name.contains("-webapi-off-")
            conditions.clientInactive =
                name.contains("inactive-client") || name.contains("disabled-user")
            conditions.permissions = permissions(name)
        }
        if name == "627-asyncop-after-cleanup" { simulator.forgetOperation("1") }
        if (700...799).contains(Int(name.prefix(3)) ?? 0) {
            OrderTranscriptStage.prepare(transcript, simulator)
        }
    }

    private static let writes: [String: [(String, String)]] = [
        "10-list-default": [("1", "1000"), ("3", "12.5")],
        "521-plain-get-list": [("1", "1")],
        "508-control-token-known-jti-not-expired": [("1", "21")],
    ]

    private static func permissions(_ name: String) -> ShopPermissions {
        guard (521...526).contains(Int(name.prefix(3)) ?? 0) else { return .all }
        if name.contains("-catalog-") { return [.viewLevels, .editLevels, .viewProducts] }
        if name.contains("-plain-") { return [.viewLevels, .viewProducts, .viewOrganization] }
        return [.viewProducts]
    }

    /// The body as it was sent; some are recorded only in part.
    static func body(of transcript: Transcript) -> String? {
        guard let body = transcript.body, let cut = body.firstRange(of: "…[cut") else {
            return transcript.body
        }
        let count = 250
        let whole = String(body[..<cut.lowerBound])
        let parts = BatchBody.read(Array(whole.utf8), type: "products").records
        guard case .other(let first)? = parts.first,
            let quantity = first["attributes"]?.object?["quantity"]?.text
        else { return body }
        // The last record may be cut itself; the ones before it are kept as they are.
        guard let last = whole.ranges(of: "}}, {").last else { return body }
        let kept = String(whole[..<last.lowerBound]) + "}}"
        let keptCount = BatchBody.read(Array(kept.utf8), type: "products").records.count
        let rest = (keptCount..<count).map { index in
            // The second of the two errors is an id that does not exist.
            let id = transcript.number == 415 && index == 240 ? 99_999_999 : 2000 + index
            return #"{"type":"inventorylevels","id":"\#(id)","attributes":{"quantity":"\#(quantity)"},"#
                + #""meta":{"update":true}}"#
        }
        return kept + "," + rest.joined(separator: ",") + "]}"
    }
}
