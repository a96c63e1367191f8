import HTTPTransport

/// A kind of thing in the shop that the configuration refers to by name.
package enum NamedResource: String, Sendable, CaseIterable {
    case customerGroups = "customergroups"
    case units = "productunits"

    /// The most that is asked for; a shop that has more is not seen whole.
    package static let countMax = 100
}

extension OroClient {
    /// Gives all names of a kind, or nothing where the role may not see them all.
    package func names(of resource: NamedResource) async -> Set<String>? {
        let path = "/\(resource.rawValue)?page%5Bsize%5D=\(NamedResource.countMax)"
        let call = Call(path: path, timeoutSeconds: options.timeouts.readSeconds)
        guard case .reply(let reply) = await exchange(call), reply.status == 200 else { return nil }
        do {
            let names = try LevelDocument(reply.body).names
            return names.count < NamedResource.countMax ? Set(names.values) : nil
        } catch {
            // An answer that cannot be understood says nothing against the configuration.
            return nil
        }
    }
}
