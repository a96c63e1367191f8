import HTTPTransport

/// A kind of things in the shop that configuration names.
package enum NamedResource: String, Sendable, CaseIterable {
    case customerGroups = "customergroups"
    case units = "productunits"

    /// Things that are asked for; a shop with more of them is not seen whole.
    package static let countMax = 100
}

extension OroClient {
    /// Gives the names of what the shop has of a kind, or nothing where the role may not see it all.
    package func names(of resource: NamedResource) async -> Set<String>? {
        let path = "/\(resource.rawValue)?page%5Bsize%5D=\(NamedResource.countMax)"
        let call = Call(path: path, timeoutSeconds: options.timeouts.readSeconds)
        guard case .reply(let reply) = await exchange(call), reply.status == 200 else { return nil }
        do {
            let names = try LevelDocument(reply.body).names
            return names.count < NamedResource.countMax ? Set(names.values) : nil
        } catch {
            // What cannot be understood cannot be held against the configuration.
            return nil
        }
    }
}
