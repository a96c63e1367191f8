import InventoryCore
package import StateStore

extension Shop {
    /// The run that decides: a newer statement that is held again joins the run of the older one.
    package func asked(_ prefix: String) async throws -> RunRecord {
        let record = try await run(withPrefix: prefix)
        guard record.state.kind == .held else { return record }
        let holders = try await holders(before: record)
        return holders.contains { $0.id == record.id } ? record : holders.first ?? record
    }

    /// The runs of the source that hold something and were begun no later than this one, the newest first:
    /// what newer statements were held for again has joined them.
    package func holders(before record: RunRecord) async throws -> [RunRecord] {
        let doubts = try await state.doubts().doubts(of: record.source).values.compactMap(\.run)
        let waiting = try await doubts + state.heldFigures().filter { !$0.isRejected }.map(\.run)
        var holders: [RunRecord] = []
        for run in Set(waiting) {
            if let found = try await state.run(run), found.source == record.source,
                found.started <= record.started
            {
                holders.append(found)
            }
        }
        return holders.sorted { ($0.started, $0.id) > ($1.started, $1.id) }
    }
}
