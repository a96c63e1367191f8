import FoundationEssentials

extension FaultScript {
    /// How a fault file looks, for help texts.
    package static let fileHelp = """
        A fault FILE is JSON: {"seed": 1, "rules": [{"fault": KIND, …}]}. Each rule may say which requests \
        it means ("method"; "path": its beginning, or all of it with a "$" at the end; "level": an id that \
        path or batch names) and when it strikes ("skip": N first ones pass, "probability": 0–1, \
        "burst": N in a row, "limit": N in all). Kinds: \
        answer ("status", "retryAfterSeconds"), answerAfterEffect ("status"), \
        proxy ("status", "mediaType", "body", "location", "retryAfterSeconds" or \
        "retryAfterDateSeconds", "afterEffect"), apiError ("status"), cutBeforeEffect, cutAfterEffect, \
        lateEffect ("milliseconds"; with a "status" a proxy answers), slow ("milliseconds"), \
        truncatedBody, expiresIn ("value": JSON text), databaseDown, maintenance, apiOff, revokeTokens, \
        chunkFails, consumerKilled ("redeliveryMilliseconds"), checkout, sellOut, deleteLevel, \
        recreateLevel, duplicateLevel, refuse. Changes of the shop, done before the request: swapProducts \
        ("sku", "otherSku"), renameProduct and replaceProduct ("sku", "newSku"), recreateProduct, \
        addUnit ("sku", "unit", "conversionRate"), hideProduct and showProduct ("sku"), \
        levelRefuses ("level", "status"), levelListedOnly and levelHeals ("level"), \
        consumers ("count"), decimalComma ("value", "ofUser": true or false), landLateEffects, \
        order ("lines": [{"sku" or "freeForm", "unit", "quantity", "kit": [{"sku", "unit", "quantity"}]}], \
        "customer", "customerGroup", "identifier", "externalId", "warehouse", "external", "createdAt", \
        "visibility": committed, uncommitted or draft, "subOrders": [[places of lines]], \
        "takesStock": now, later or never, or "takesStockAfterSeconds" or "takesStockAfterRequests"), \
        orderStep ("order": its id, "step": commit, beginCheckout, flushCheckout, finishCheckout, \
        failPayment, delete, a status as cancelled, or externalId with "externalId"), \
        orderLine ("line": its id, "quantity", without which it is removed). The same JSON can be posted to \
        /_simulator/faults of a running simulator: changes are done at once.
        """

    /// Reads a script from a JSON file; see `fileHelp`.
    package static func load(file path: String) throws(SimulatorFault) -> FaultScript {
        try parse(SimulatorFault.bytes(ofFile: path), place: path)
    }

    static func parse(_ bytes: [UInt8], place: String) throws(SimulatorFault) -> FaultScript {
        let root: JsonObject?
        do {
            root = try JsonReader.document(bytes).object
        } catch {
            throw .badFile(place: place, problem: "is not JSON: \(error)")
        }
        guard let root, let list = root["rules"]?.list else {
            throw .badFile(place: place, problem: "needs an object with a list \"rules\"")
        }
        var script = FaultScript(seed: UInt64(root["seed"]?.number ?? 1))
        for (index, item) in list.enumerated() {
            let spot = "\(place), rule \(index + 1),"
            guard let item = item.object else { throw .badFile(place: spot, problem: "is not an object") }
            script.rules.append(try rule(item, spot))
        }
        return script
    }

    private static let ruleKeys: Set<String> = [
        "fault", "method", "path", "skip", "probability", "burst", "limit", "status", "retryAfterSeconds",
        "milliseconds", "redeliveryMilliseconds", "level", "mediaType", "body", "retryAfterDateSeconds",
        "location", "afterEffect", "value", "sku", "otherSku", "newSku", "count", "ofUser", "order", "step",
        "line", "quantity", "unit", "conversionRate",
    ]

    private static func rule(_ item: JsonObject, _ place: String) throws(SimulatorFault) -> FaultRule {
        let keys = item["fault"]?.text == "order" ? ruleKeys.union(OrderPlacement.keys) : ruleKeys
        let strangers = item.members.filter { !keys.contains($0.name) }
        // The back office's id for an order comes with a step that sets it.
        if let stranger = strangers.first(where: { $0.name != "externalId" || item["step"] == nil }) {
            throw .badFile(place: place, problem: "has the unknown key \"\(stranger.name)\"")
        }
        var rule = FaultRule(try fault(item, place))
        rule.method = item["method"]?.text
        rule.path = item["path"]?.text
        // Of a change, the level is what it is about.
        if case .change = rule.fault {} else { rule.level = item["level"]?.text }
        rule.skip = whole(item, "skip") ?? 0
        rule.probability = item["probability"]?.number ?? 1
        rule.burst = max(1, whole(item, "burst") ?? 1)
        rule.limit = whole(item, "limit") ?? .max
        return rule
    }

    static func whole(_ item: JsonObject, _ name: String) -> Int? {
        item[name]?.number.map { Int($0) }
    }
}
