extension FaultScript {
    /// The fault that an entry of a fault file names.
    static func fault(_ item: JsonObject, _ place: String) throws(SimulatorFault) -> InjectedFault {
        let status = whole(item, "status") ?? 503
        switch item["fault"]?.text {
        case "answer": return .answer(status: status, retryAfterSeconds: whole(item, "retryAfterSeconds"))
        case "answerAfterEffect": return .answerAfterEffect(status: status)
        case "proxy": return .proxy(page(item, status), afterEffect: item["afterEffect"]?.bool ?? false)
        case "apiError": return .apiError(status: status)
        case "lateEffect":
            let answer = item["status"] == nil ? nil : page(item, status)
            return .lateEffect(milliseconds: whole(item, "milliseconds"), answer)
        case "expiresIn": return .expiresIn(item["value"]?.text.map { .json($0) } ?? .missing)
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
        case let kind: return .change(try change(item, kind ?? "", place))
        }
    }

    /// What a gateway is to answer.
    private static func page(_ item: JsonObject, _ status: Int) -> ProxyAnswer {
        let date = whole(item, "retryAfterDateSeconds").map { ProxyAnswer.RetryAfter.date(secondsAhead: $0) }
        let isBare = item["mediaType"] == JsonValue.null
        return ProxyAnswer(
            status: status,
            mediaType: isBare ? nil : item["mediaType"]?.text ?? "text/html",
            body: item["body"]?.text,
            retryAfter: date ?? whole(item, "retryAfterSeconds").map { .seconds($0) },
            location: item["location"]?.text
        )
    }

    private static func change(
        _ item: JsonObject,
        _ kind: String,
        _ place: String
    ) throws(SimulatorFault) -> ShopChange {
        switch kind {
        case "swapProducts":
            let sku = try named(item, "sku", place)
            return .swapProducts(sku: sku, otherSku: try named(item, "otherSku", place))
        case "renameProduct":
            return .renameProduct(
                sku: try named(item, "sku", place),
                newSku: try named(item, "newSku", place)
            )
        case "replaceProduct":
            return .replaceProduct(
                sku: try named(item, "sku", place),
                newSku: try named(item, "newSku", place)
            )
        case "recreateProduct": return .recreateProduct(sku: try named(item, "sku", place))
        case "addUnit":
            return .addUnit(
                sku: try named(item, "sku", place),
                unit: try named(item, "unit", place),
                conversionRate: item["conversionRate"]?.number ?? 1
            )
        case "hideProduct": return .hideProduct(sku: try named(item, "sku", place))
        case "showProduct": return .showProduct(sku: try named(item, "sku", place))
        case "levelRefuses":
            let status = whole(item, "status") ?? 403
            return .setLevelFault(level: try named(item, "level", place), .refuses(status: status))
        case "levelListedOnly": return .setLevelFault(level: try named(item, "level", place), .listedOnly)
        case "levelHeals": return .setLevelFault(level: try named(item, "level", place), nil)
        case "consumers": return .setConsumers(whole(item, "count") ?? 0)
        case "decimalComma":
            let isComma = item["value"]?.bool ?? true
            return .setDecimalComma(isComma, ofUser: item["ofUser"]?.bool ?? false)
        case "landLateEffects": return .landLateEffects
        case "order": return .placeOrder(try OrderPlacement.read(item, place))
        case "orderStep": return .order(try named(item, "order", place), try step(item, place))
        case "orderLine":
            let quantity = item["quantity"].flatMap { OrderPlacement.number($0) }
            return .setOrderLine(try named(item, "line", place), quantity: quantity)
        default: throw .badFile(place: place, problem: "has the unknown fault \"\(kind)\"")
        }
    }

    static func named(
        _ item: JsonObject,
        _ name: String,
        _ place: String
    ) throws(SimulatorFault) -> String {
        guard let text = item[name]?.text, !text.isEmpty else {
            throw .badFile(place: place, problem: "needs the text \"\(name)\"")
        }
        return text
    }
}
