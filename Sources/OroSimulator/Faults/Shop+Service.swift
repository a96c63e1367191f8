extension Shop {
    /// Answers a request in the time it costs, with the fault that struck it.
    func serve(_ request: ShopRequest, struckBy fault: InjectedFault? = nil) async throws -> Answer {
        switch fault {
        case .slow(let milliseconds): try await Task.sleep(for: .milliseconds(milliseconds))
        case .answer(let status, let retryAfter): return Pages.fault(status, retryAfterSeconds: retryAfter)
        case .answerAfterEffect(let status):
            _ = try await serve(request)
            return Pages.fault(status, retryAfterSeconds: nil)
        case .proxy(let page, let afterEffect):
            if afterEffect { _ = try await serve(request) }
            return page.answer(nowSeconds: nowSeconds)
        case .apiError(let status): return .error(.usual(status))
        case .change(let change): await perform(change)
        case .expiresIn(let expiresIn):
            var conditions = with { $0.conditions }
            conditions.expiresIn = expiresIn
            return await answer(request, conditions)
        case .refuse: return .error(ApiError.notValid.below("/data/attributes/quantity"))
        case .truncatedBody:
            var cut = request
            cut.body.removeLast(cut.body.count / 2)
            return try await costed(cut)
        case .revokeTokens: with { $0.tokens.revokeAll() }
        case .deleteLevel, .recreateLevel: loseLevel(of: request, isRecreated: fault == .recreateLevel)
        case .databaseDown, .maintenance, .apiOff:
            var conditions = with { $0.conditions }
            conditions.databaseDown = conditions.databaseDown || fault == .databaseDown
            conditions.maintenance = conditions.maintenance || fault == .maintenance
            conditions.apiOff = conditions.apiOff || fault == .apiOff
            return await answer(request, conditions)
        default: break
        }
        let answer = try await costed(request)
        if fault == .checkout, let level = struckLevel(request) {
            with { _ = $0.checkout(level: level, ordered: StockQuantity(scaled: 10_000_000_000)) }
        }
        if fault == .sellOut { sellOut(request) }
        if fault == .duplicateLevel, let level = struckLevel(request) {
            with { $0.duplicateLevel(level) }
        }
        return answer
    }

    private func costed(_ request: ShopRequest) async throws -> Answer {
        let conditions = with { $0.conditions }
        guard let processors else { return await answer(request, conditions) }
        await processors.enter()
        let answer: Answer
        do {
            answer = try await paid(request, conditions, processors)
        } catch {
            await processors.leave()
            throw error
        }
        await processors.leave()
        return answer
    }

    private func paid(
        _ request: ShopRequest,
        _ conditions: ShopConditions,
        _ processors: Processors
    ) async throws -> Answer {
        let model = await processors.model
        let isBatch = request.method == "PATCH" && Self.levelId(in: request.path) == nil
        try await processors.work(
            milliseconds: isBatch ? model.batchRequestMilliseconds : model.requestMilliseconds
        )
        let answer = await answer(request, conditions)
        if request.method == "GET", answer.rows > 1 {
            let query = QueryString(request.queryText)
            let fields = query.value("fields", "inventorylevels")
            let hasRelations = fields.map { $0.contains("product") } ?? true
            let hasLinks = !request.include.contains("noHateoas")
            let row =
                model.rowMilliseconds + (hasRelations ? model.rowRelationsMilliseconds : 0)
                + (hasLinks ? model.rowLinksMilliseconds : 0)
            let cost = Double(answer.rows) * row
            try await processors.work(milliseconds: min(cost, Self.requestMillisecondsMax))
            if cost > Self.requestMillisecondsMax { return Pages.fault(500, retryAfterSeconds: nil) }
        }
        return answer
    }

    /// PHP ends a request that works for longer than this.
    private static let requestMillisecondsMax = 30_000.0

    private func loseLevel(of request: ShopRequest, isRecreated: Bool) {
        guard let level = struckLevel(request) else { return }
        with { state in
            if isRecreated {
                _ = state.recreateLevel(level, quantity: .zero)
            } else {
                state.removeLevel(level)
            }
        }
    }

    private func sellOut(_ request: ShopRequest) {
        let named = Self.levelId(in: request.path)
        let first = named ?? struckLevel(request) ?? 1
        with { state in
            let last = named ?? state.levels.lastId
            let candidates = named == nil ? Array(first...last) + Array(1..<first) : [first]
            guard let level = candidates.first(where: { state.hasStock($0) }) else { return }
            _ = state.checkout(level: level, ordered: state.levels.quantity(level))
        }
    }

    /// The level that a fault hits: the one that the request names, or any.
    private func struckLevel(_ request: ShopRequest) -> Int? {
        if let level = Self.levelId(in: request.path) { return level }
        let last = with { $0.levels.lastId }
        return last == 0 ? nil : withDice { $0.pick(upTo: last) }
    }

    /// The level that a request's path names.
    static func levelId(in path: String) -> Int? {
        let prefix = "/admin/api/inventorylevels/"
        return path.hasPrefix(prefix) ? Int(path.dropFirst(prefix.utf8.count)) : nil
    }
}
