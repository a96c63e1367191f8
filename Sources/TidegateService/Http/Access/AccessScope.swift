package import InventoryCore

/// What a token lets its holder do.
package enum AccessScope: String, Hashable, Sendable, CaseIterable {
    /// Look at everything of its shops.
    case read
    /// Decide, start, pause.
    case operate
    /// Send stock events.
    case events
    /// Send deliveries.
    case snapshots
}

/// Who asks.
package struct Caller: Hashable, Sendable {
    /// Of its token; `control` for the control socket, `loopback` where no tokens are asked for.
    package let id: String
    package let scopes: Set<AccessScope>
    /// Nothing where it may reach all.
    package let shops: Set<ShopID>?
    package let sources: Set<SourceID>?

    static let control = Caller(id: "control", scopes: Set(AccessScope.allCases), shops: nil, sources: nil)
    static let loopback = Caller(
        id: "loopback",
        scopes: Set(AccessScope.allCases),
        shops: nil,
        sources: nil
    )
    /// Somebody who asks for what everybody may see.
    static let anyone = Caller(id: "anyone", scopes: [], shops: [], sources: [])

    func mayReach(_ shop: ShopID) -> Bool { shops?.contains(shop) ?? true }

    /// Refuses what the caller may not do.
    ///
    /// Whoever is kept to some sources reaches only what names one of them.
    ///
    /// - Throws: `forbidden`.
    func require(_ scope: AccessScope, shop: ShopID?, source: SourceID?) throws(Fault) {
        guard scopes.contains(scope) else {
            throw Caller.forbidden(
                "This needs the scope `\(scope.rawValue)`, which the token \(id) has not."
            )
        }
        if let shop, !mayReach(shop) {
            throw Caller.forbidden("The token \(id) is not for the shop \(shop).")
        }
        guard let sources else { return }
        guard let source, sources.contains(source) else {
            throw Caller.forbidden("The token \(id) is for other sources only.")
        }
    }

    /// The source that is meant where the path names none: as asked, else the only one that it may reach.
    ///
    /// - Throws: `bad_parameter` where it may reach several and says none of them.
    func source(asked name: String?) throws(Fault) -> SourceID? {
        if let name { return SourceID(name) }
        guard let sources else { return nil }
        guard sources.count == 1 else {
            throw .badParameter("source", "The token \(id) is for several sources; say which is meant.")
        }
        return sources.first
    }

    private static func forbidden(_ message: String) -> Fault {
        Fault(
            .notPermitted,
            code: "forbidden",
            message: message,
            hint: "Make a token for it: `tidegate token create`."
        )
    }
}
