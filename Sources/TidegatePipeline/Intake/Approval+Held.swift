import InventoryCore
import StateStore

// What a decision is about.
extension Approval {
    static func held(
        _ prefix: String,
        _ choice: Choice,
        in shop: Shop
    ) async throws -> (RunRecord, Held) {
        let record = try await shop.asked(prefix)
        let own = try await shop.state.doubts(heldBy: record.id)
        // A person can state the value of any position in doubt of the source.
        let doubts =
            choice.value == nil
            ? own : Array(try await shop.state.doubts().doubts(of: record.source).values)
        let all = try await shop.state.heldFigures(of: record.id)
        let chosen = doubts.filter(choice.includes)
        let figures = all.filter(choice.includes)
        guard !chosen.isEmpty || !figures.isEmpty else {
            let count = doubts.count + all.count
            guard count > 0 else {
                throw nothingHeld(record, others: try await shop.holders(before: record))
            }
            throw Fault(
                .badInput,
                code: "run_not_held",
                message: "The run \(record.id) holds nothing of that; it holds \(count) others.",
                hint: "See them with `tidegate runs show \(record.id) --held`."
            )
        }
        let isAll = own.allSatisfy(choice.includes) && figures.count == all.count
        if choice.value != nil, chosen.count != 1 { throw ambiguous(chosen.map(\.key)) }
        if !isAll, chosen.contains(where: { $0.guardCode == .mappingChanged }) {
            throw mappingIsWhole(record)
        }
        return (record, Held(chosen: chosen, figures: figures, isAll: isAll))
    }

    private static func nothingHeld(_ record: RunRecord, others older: [RunRecord]) -> Fault {
        let sentence = "The run \(record.id) holds nothing back; it is \(record.state.word)."
        let names = older.map(\.id.text).joined(separator: " and ")
        guard let newest = older.first else {
            return Fault(
                .badInput,
                code: "run_not_held",
                message: sentence,
                hint: "List the held runs with `tidegate runs`, and see `tidegate runs show RUN --held`."
            )
        }
        return Fault(
            .badInput,
            code: "run_not_held",
            message: "\(sentence) What waits for a decision is held by the run \(names).",
            hint: "See it with `tidegate runs show \(newest.id) --held`, and decide about that run."
        )
    }

    private static func ambiguous(_ keys: [PositionKey]) -> Fault {
        let names = keys.sorted().prefix(5).map { key in
            "\(key.sku) at \(key.location)" + (key.unit.text.isEmpty ? "" : ", unit \(key.unit)")
                + (key.bin.text.isEmpty ? "" : ", bin \(key.bin)")
        }
        let more = keys.count > names.count ? " and others" : ""
        return Fault(
            .usage,
            code: "ambiguous_value",
            message: "A value is for one position in doubt; this names \(keys.count): "
                + names.joined(separator: "; ") + more + ".",
            hint: "Name it with --sku and --location, and where there are several with --unit and --bin."
        )
    }

    private static func mappingIsWhole(_ record: RunRecord) -> Fault {
        Fault(
            .usage,
            code: "decide_whole",
            message:
                "The run \(record.id) was read by another mapping: a part of it would stand beside the old "
                + "keys and count twice.",
            hint: "Approve or reject all of it."
        )
    }

    /// What a decision is about.
    struct Held {
        let chosen: [Doubt]
        let figures: [HeldFigure]
        /// Whether the run holds nothing else.
        let isAll: Bool
    }

    /// What a person says is in some positions, as a statement right after the last one of their source: the
    /// same bytes do not take it back, and whatever is stated later does.
    ///
    /// Nothing where no value is stated.
    func said(
        _ value: Quantity?,
        of keys: [PositionKey],
        _ record: RunRecord
    ) async throws -> EventChanges? {
        guard let value else { return nil }
        let source = record.source
        let standing = try await shop.state.eventStanding(of: source)
        let mark = try await shop.state.highWaterMark(of: source)
        let events = try await shop.state.events(about: keys, moving: Set(keys), of: source)
        let stated = [standing.stated, mark?.asOf, mark?.newestRow] + events.values.map(\.events.newest)
        let last = stated.compactMap(\.self).max() ?? record.started
        let order = EventOrder(asOf: Timestamp(microseconds: last.microseconds + 1))
        var changes = EventChanges()
        for key in keys { changes.levels[key] = LevelStatement(net: value, order: order) }
        return changes
    }
}
