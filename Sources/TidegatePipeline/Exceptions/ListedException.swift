import DeltaEngine
package import InventoryCore
package import StateStore
import TidegateSettings

/// One SKU, level or order of an exception: beside an SKU that the shop does not have stands a near one that
/// it has.
package struct ExceptionCase: Sendable {
    package let stored: StoredException
    /// Of an unknown SKU; it is suggested and never taken in its place.
    package let near: NearName?

    package var subject: Subject { stored.exception.subject }
}

/// A piece of work as it is listed: a group of exceptions of one cause, with a few of them.
package struct ListedException: Sendable {
    package let group: ExceptionGroup
    /// The first open ones by their subjects; none of a group that is closed.
    package let examples: [ExceptionCase]
    /// When work on it has to be done.
    package let due: Timestamp

    /// Examples that are read of a group.
    package static let examplesMax = 3

    /// What it is about: the one exception, or what all of them share.
    package var subject: Subject {
        guard group.count == 1, let one = examples.first else { return group.cause.subject }
        return one.subject
    }

    /// What it says: that of the one exception, or how many there are and which.
    package var message: String { group.cause.message(of: group.count, examples.map(\.stored.exception)) }

    /// Whether it should have been done by then, and nobody has put it off.
    package func isOverdue(at now: Timestamp) -> Bool { group.closed == nil && due < now }
}

extension Shop {
    /// Gives open groups of some codes in the order of the codes.
    ///
    /// - Parameters:
    ///   - codes: which, in which order; the gravest first unless said otherwise.
    ///   - place: the last group of the page before.
    ///   - limit: how many at most.
    ///   - suggestsNames: whether all names of the shop are gone through for those near unknown ones, which
    ///     takes as long as it has levels.
    /// - Returns: them with a few of their exceptions each.
    /// - Throws: `Fault`.
    package func listedExceptions(
        of codes: [InventoryException.Code] = InventoryException.Code.bySeverity,
        after place: ExceptionGroupPlace? = nil,
        limit: Int,
        suggestsNames: Bool = true
    ) async throws -> [ListedException] {
        do {
            let groups = try await state.exceptionGroups(of: codes, after: place, limit: limit)
            return try await listed(groups, suggestsNames)
        } catch {
            throw Fault(error)
        }
    }

    /// Gives one group, open or closed; `suggestsNames` as above.
    ///
    /// - Throws: `unknown_exception`.
    package func listedException(
        _ number: Int,
        suggestsNames: Bool = true
    ) async throws -> ListedException {
        do {
            guard let group = try await state.exceptionGroup(number),
                let listed = try await listed([group], suggestsNames).first
            else { throw Fault.unknownException }
            return listed
        } catch {
            throw Fault(error)
        }
    }

    /// Gives the open exceptions of a group in the order of their subjects.
    ///
    /// - Parameters:
    ///   - number: the group.
    ///   - subject: the last one of the page before.
    ///   - limit: how many at most.
    ///   - suggestsNames: as above.
    /// - Returns: none of a group that is closed.
    /// - Throws: `unknown_exception`.
    package func exceptionCases(
        of number: Int,
        after subject: Subject? = nil,
        limit: Int,
        suggestsNames: Bool = true
    ) async throws -> [ExceptionCase] {
        do {
            guard let group = try await state.exceptionGroup(number) else { throw Fault.unknownException }
            let stored = try await state.openExceptions(of: group, after: subject, limit: limit)
            return try await cases([stored], suggestsNames).first ?? []
        } catch {
            throw Fault(error)
        }
    }

    private func listed(
        _ groups: [ExceptionGroup],
        _ suggestsNames: Bool
    ) async throws -> [ListedException] {
        var examples: [[StoredException]] = []
        for group in groups {
            examples.append(try await state.openExceptions(of: group, limit: ListedException.examplesMax))
        }
        return zip(groups, try await cases(examples, suggestsNames)).map { group, cases in
            ListedException(group: group, examples: cases, due: group.due(settings.exceptions.deadlines))
        }
    }

    /// The shop's names pass by once for all of them.
    private func cases(
        _ stored: [[StoredException]],
        _ suggestsNames: Bool
    ) async throws -> [[ExceptionCase]] {
        let unknown = suggestsNames ? stored.joined().compactMap(\.exception.unknownName) : []
        let names = try await shopNames(near: unknown)
        return stored.map { some in
            some.map { one in
                ExceptionCase(stored: one, near: one.exception.unknownName.flatMap { names[$0.text] })
            }
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

extension Fault {
    /// There is no such piece of work.
    package static let unknownException = Fault(
        .inputMissing,
        code: "unknown_exception",
        message: "There is no exception of that number.",
        hint: "`tidegate exceptions` lists the open ones; what has ended is forgotten after 90 days."
    )
}
