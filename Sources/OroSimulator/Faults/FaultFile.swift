import FoundationEssentials

extension FaultScript {
    /// How a fault file looks, for help texts.
    package static let fileHelp = """
        A fault FILE is JSON: {"seed": 1, "rules": [{"fault": KIND, …}]}. Each rule may say which requests \
        it means ("method", "path": a prefix) and when it strikes ("skip": N first ones pass, \
        "probability": 0–1, "burst": N in a row, "limit": N in all). Kinds: answer ("status", \
        "retryAfterSeconds"), answerAfterEffect ("status"), cutBeforeEffect, cutAfterEffect, \
        slow ("milliseconds"), truncatedBody, databaseDown, maintenance, apiOff, revokeTokens, chunkFails, \
        consumerKilled ("redeliveryMilliseconds"), checkout, sellOut, deleteLevel, \
        recreateLevel, duplicateLevel, refuse.
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
        "milliseconds", "redeliveryMilliseconds",
    ]

    private static func rule(_ item: JsonObject, _ place: String) throws(SimulatorFault) -> FaultRule {
        if let stranger = item.members.first(where: { !ruleKeys.contains($0.name) }) {
            throw .badFile(place: place, problem: "has the unknown key \"\(stranger.name)\"")
        }
        var rule = FaultRule(try fault(item, place))
        rule.method = item["method"]?.text
        rule.path = item["path"]?.text
        rule.skip = whole(item, "skip") ?? 0
        rule.probability = item["probability"]?.number ?? 1
        rule.burst = max(1, whole(item, "burst") ?? 1)
        rule.limit = whole(item, "limit") ?? .max
        return rule
    }

    private static func fault(_ item: JsonObject, _ place: String) throws(SimulatorFault) -> InjectedFault {
        let status = whole(item, "status") ?? 503
        switch item["fault"]?.text {
        case "answer": return .answer(status: status, retryAfterSeconds: whole(item, "retryAfterSeconds"))
        case "answerAfterEffect": return .answerAfterEffect(status: status)
        case "cutBeforeEffect": return .cutBeforeEffect
        case "cutAfterEffect": return .cutAfterEffect
        case "slow": return .slow(milliseconds: whole(item, "milliseconds") ?? 1000)
        case "truncatedBody": return .truncatedBody
        case "databaseDown": return .databaseDown
        case "maintenance": return .maintenance
        case "apiOff": return .apiOff
        case "revokeTokens": return .revokeTokens
        case "chunkFails": return .chunkFails
        case "consumerKilled":
            return .consumerKilled(redeliveryMilliseconds: whole(item, "redeliveryMilliseconds") ?? 14_000)
        case "checkout": return .checkout
        case "sellOut": return .sellOut
        case "duplicateLevel": return .duplicateLevel
        case "deleteLevel": return .deleteLevel
        case "recreateLevel": return .recreateLevel
        case "refuse": return .refuse
        case let kind:
            throw .badFile(place: place, problem: "has the unknown fault \"\(kind ?? "")\"")
        }
    }

    private static func whole(_ item: JsonObject, _ name: String) -> Int? {
        item[name]?.number.map { Int($0) }
    }
}
