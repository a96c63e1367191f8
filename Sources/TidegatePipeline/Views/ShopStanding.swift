package import InventoryCore
package import StateStore
package import TidegateSettings

/// The shop that a state belongs to, and what is known of it.
package struct ShopStanding: Sendable {
    package let binding: ShopBinding?
    package let names: NameCounts
    /// How it takes batches, and when that was learnt; nothing where it was not.
    package let batches: String?
    private let learnt: KnownBatches?

    package init(_ state: StateDatabase, _ settings: Settings, at now: Timestamp = .now) async throws {
        binding = try await state.binding()
        names = try await state.nameCounts(since: now.adding(seconds: -settings.oro.namesFreshSeconds))
        learnt = try await state.knownBatches()
        batches = learnt.map { "\($0.support), learnt \($0.at)" }
    }

    /// The same as one line of JSON.
    package var line: JSONLine {
        var line = JSONLine()
        line.open()
        line.field("address", binding?.address)
        line.field("created", binding?.created)
        line.field("bound", binding?.bound.description)
        line.field("who", binding?.adoption?.who)
        line.field("reason", binding?.adoption?.reason)
        line.field("confirmed", binding?.confirmed?.description)
        line.field("levels", names.levels)
        line.field("stale_names", names.stale)
        line.field("oldest_name", names.oldest?.description)
        line.field("batches", learnt.map { "\($0.support)" })
        line.field("batches_learnt", learnt?.at.description)
        line.close()
        return line
    }
}
