import DeltaEngine
package import InventoryCore
package import StateStore

/// An open exception as it is listed: beside a SKU that the shop does not have stands a near one that it has.
package struct ListedException: Sendable {
    package let stored: StoredException
    /// Of an unknown SKU; it is suggested and never taken in its place.
    package let near: NearName?
}

extension Shop {
    /// Gives open exceptions by code and subject; without a code those of all codes.
    ///
    /// - Throws: `Fault`.
    package func listedExceptions(
        code: InventoryException.Code? = nil,
        limit: Int
    ) async throws -> [ListedException] {
        do {
            let listed = try await state.listedExceptions(code: code, limit: limit)
            let names = try await shopNames(near: listed.map(\.exception).compactMap(\.unknownName))
            return listed.map { stored in
                ListedException(stored: stored, near: stored.exception.unknownName.flatMap { names[$0.text] })
            }
        } catch {
            throw Fault(error)
        }
    }

    /// Gives what the shop has near some SKUs that it does not have.
    ///
    /// The shop's names pass by once, and not at all where none is looked for.
    func shopNames(near unknown: [SKU]) async throws -> NearNames {
        try await state.names(near: NearNames(of: unknown.map(\.text)))
    }

    /// Gives what the sources or the shop have near some SKUs that neither has.
    func knownNames(near unknown: [SKU]) async throws -> NearNames {
        var names = try await shopNames(near: unknown)
        for source in sources {
            guard let view = await source.baseline.view else { continue }
            let met = names
            names = try await offPool {
                var names = met
                try view.forEachSKU { names.meet($0.text) }
                return names
            }
        }
        return names
    }
}

extension InventoryException {
    /// The SKU that the shop does not have, where that is what it says.
    var unknownName: SKU? { code == .unknownSKU ? subject.sku : nil }
}

extension Shop {
    /// Gives one exception as it is listed.
    ///
    /// - Throws: `Fault`.
    package func listed(_ stored: StoredException) async throws -> ListedException {
        let unknown = stored.exception.unknownName
        let near = try await shopNames(near: [unknown].compactMap(\.self))
        return ListedException(stored: stored, near: unknown.flatMap { near[$0.text] })
    }
}
