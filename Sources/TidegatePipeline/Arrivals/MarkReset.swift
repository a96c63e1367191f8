package import InventoryCore
package import StateStore

/// Takes a source's high-water mark back where it is wrong: after a sequence that began anew, or a clock that
/// was ahead.
package struct MarkReset {
    private let shop: Shop

    package init(_ shop: Shop) {
        self.shop = shop
    }

    /// Does it, and keeps who did it and why.
    ///
    /// - Parameters:
    ///   - source: whose mark it is.
    ///   - prefix: of the run whose mark it shall have; without one it has none.
    ///   - who: the person.
    ///   - reason: why.
    /// - Returns: the reset with the mark that was there.
    /// - Throws: `Fault`: no such run (66), or one of another source (65).
    package func perform(
        _ source: SourceID,
        toRun prefix: String?,
        who: String,
        reason: String
    ) async throws -> SourceReset {
        do {
            var run: RunRecord?
            if let prefix { run = try await accepted(prefix, of: source) }
            let reset = SourceReset(source: source, at: .now, who: who, reason: reason, toRun: run?.id)
            return try await shop.state.reset(reset, to: run)
        } catch {
            throw Fault(error)
        }
    }

    private func accepted(_ prefix: String, of source: SourceID) async throws -> RunRecord {
        let run = try await shop.run(withPrefix: prefix)
        guard run.source == source, run.state.isAccepted else {
            throw Fault(
                .badInput,
                code: "run_not_of_source",
                message: "The run \(run.id) is \(run.state.word), of the source \(run.source).",
                hint: "Name an accepted run of \(source); `tidegate runs` lists them."
            )
        }
        return run
    }
}
