extension Shop {
    /// Bodies above this size are refused by the web server (`client_max_body_size`).
    static let bodyBytesMax = 100 * 1024 * 1024
    private static let apiPrefix = "/admin/api/"

    /// Answers a request as the shop would.
    func answer(_ request: ShopRequest, _ conditions: ShopConditions) async -> Answer {
        if request.path.utf8.count + request.queryText.utf8.count + 1 > ShopRequest.targetBytesMax {
            return Pages.webServer(414, "Request-URI Too Large")
        }
        if conditions.phpDown { return Pages.webServer(502, "Bad Gateway") }
        if request.path == Pages.notInstalledTarget { return Pages.storefront }
        if conditions.databaseDown { return Pages.databaseDown }
        if request.path == TokenEndpoint.path { return token(request, conditions) }
        guard request.path.hasPrefix(Self.apiPrefix) else { return storefront(request, conditions) }
        if conditions.maintenance {
            let page = Pages.framework(status: 415, "Unsupported Media Type")
            return Answer(status: 415, media: .htmlUtf8, body: page)
        }
        if conditions.apiOff { return .error(ApiError(status: 404, title: "not found http exception")) }
        guard let client = request.admitted ?? client(of: request, conditions) else {
            return unauthorized(request)
        }
        return await api(request, client: client)
    }

    private func token(_ request: ShopRequest, _ conditions: ShopConditions) -> Answer {
        if conditions.maintenance { return Pages.maintenance(accept: request.accept) }
        let isActive = !conditions.apiOff && !conditions.clientInactive
        switch tokenEndpoint.decide(request, isClientActive: isActive) {
        case .refuse(let answer): return answer
        case .grant(let client):
            let lifetime = Duration.seconds(options.tokenLifetimeSeconds)
            return tokenEndpoint.answer(
                token: with { $0.tokens.issue(client: client, lifetime: lifetime, now: .now) },
                expiresIn: conditions.expiresIn
            )
        }
    }

    /// The client that a request's token was given to.
    func client(of request: ShopRequest, _ conditions: ShopConditions) -> Int? {
        guard !conditions.clientInactive, let value = request.authorization, value.hasPrefix("Bearer ") else {
            return nil
        }
        let token = String(value.dropFirst(7))
        return with { $0.tokens.client(of: token, now: .now) }
    }

    private func unauthorized(_ request: ShopRequest) -> Answer {
        // 6.0 was seen to name no scheme to somebody who sent a bad token.
        if options.profile == .v6_0, request.authorization != nil { return Answer(status: 401) }
        return Answer(status: 401, fields: [("WWW-Authenticate", options.profile.challenge)])
    }

    private func storefront(_ request: ShopRequest, _ conditions: ShopConditions) -> Answer {
        if conditions.maintenance {
            let page = Pages.framework(status: 503, "Service Unavailable")
            return Answer(status: 503, media: .htmlUtf8, body: page)
        }
        if request.path == "/" { return Pages.storefront }
        return Answer(status: 404, media: .htmlUtf8, body: Pages.framework(status: 404, "Not Found"))
    }

    private func api(_ request: ShopRequest, client: Int) async -> Answer {
        let isPlain: Bool
        switch Negotiation(request) {
        case .refused(let answer): return answer
        case .plain: isPlain = true
        case .api: isPlain = false
        }
        let parts = request.path.dropFirst(Self.apiPrefix.utf8.count).split(separator: "/").map(String.init)
        guard let type = parts.first, let resource = resources[type] else {
            // Types that exist, but that this API does not show.
            let closed = ["orderinternalstatuses", "paymentstatuses", "websites"]
            let type = parts.first ?? ""
            return .error(closed.contains(type) ? .notAccessible : .unknownType(type), plain: isPlain)
        }
        if resource.methods.isEmpty, parts.count == 1 { return Answer(status: 404) }
        let now = nowSeconds
        let permissions = with { state in
            state.settleCheckouts(nowSeconds: now, isRequest: true)
            return state.permissions(ofClient: client)
        }
        if parts.count > 2 { return subresource(request, parts, permissions, isPlain: isPlain) }
        let allow = parts.count == 1 ? resource.methods : resource.itemMethods
        if request.method == "OPTIONS" { return .methods(allow, status: 200) }
        guard resource.allows(request.method, isItem: parts.count == 2) else {
            return .methods(allow, status: 405)
        }
        let call = ApiCall(
            request: request,
            resource: resource,
            id: parts.count == 2 ? parts[1] : nil,
            isPlain: isPlain,
            client: client,
            permissions: permissions
        )
        do {
            return try await perform(call)
        } catch let error as RecordFaults {
            return .errors(error.list, plain: isPlain)
        } catch let error as ApiError {
            return .error(error, plain: isPlain)
        } catch {
            return .error(ApiError(status: 500, title: "runtime exception"), plain: isPlain)
        }
    }

    private func perform(_ call: ApiCall) async throws -> Answer {
        switch (call.request.method, call.id) {
        case ("GET", nil): return try list(call)
        case ("GET", _?): return try one(call)
        case ("PATCH", nil): return try await batch(call)
        case ("PATCH", let id?): return try patch(call, id: id)
        case ("POST", nil): return try create(call)
        case ("DELETE", let id?): return try delete(call, id: id)
        case ("DELETE", nil): return try deleteOrders(call)
        default: return .methods(call.resource.methods, status: 405)
        }
    }
}

/// A request for a resource that exists, with a method it allows.
struct ApiCall: Sendable {
    let request: ShopRequest
    let resource: Resource
    let id: String?
    let isPlain: Bool
    /// Who asks: 0 is the client that the options name.
    let client: Int
    let permissions: ShopPermissions

    var query: QueryString { QueryString(request.queryText) }

    func view(_ query: QueryString) -> View {
        View(
            base: request.escapedBase,
            query: query,
            hasLinks: !request.include.contains("noHateoas"),
            isPlain: isPlain,
            permissions: permissions
        )
    }

    func require(_ permission: ShopPermissions) throws(ApiError) {
        guard permissions.contains(permission) else { throw .accessDenied }
    }

    /// Whether the user may see this type at all.
    func requireView() throws(ApiError) {
        guard permissions.sees(resource.type) else { throw .accessDenied }
    }
}
