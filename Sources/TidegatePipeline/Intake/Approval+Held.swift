import DeltaEngine
import InventoryCore
import StateStore
import TidegateSettings

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
        let chosen = choice.value == nil ? Approval.whole(doubts, choice) : doubts.filter(choice.includes)
        let figures = all.filter(choice.includes)
        guard !chosen.isEmpty || !figures.isEmpty else {
            let count = doubts.count + all.count
            guard count > 0 else {
                throw nothingHeld(record, others: try await shop.holders(before: record))
            }
            if choice.value != nil { throw notInDoubt(record.source, others: doubts.count) }
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

    /// What is chosen, with the other unit of a place whose unit changes: one alone would count twice, or not
    /// at all.
    private static func whole(_ doubts: [Doubt], _ choice: Choice) -> [Doubt] {
        let chosen = doubts.filter(choice.includes)
        guard choice.unit != nil, !chosen.isEmpty else { return chosen }
        let keys = Set(chosen.map(\.key))
        return chosen
            + doubts.filter { doubt in
                !keys.contains(doubt.key)
                    && chosen.contains { $0.isBeside(doubt.key) && ($0.last == nil || doubt.last == nil) }
            }
    }

    private static func notInDoubt(_ source: SourceID, others: Int) -> Fault {
        Fault(
            .badInput,
            code: "run_not_held",
            message: "No position in doubt of \(source) is that one; \(others) others are in doubt.",
            hint: "`tidegate explain SKU` shows what of it is in doubt; a clear position needs no value."
        )
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

        /// What the baseline takes where that is approved as it was stated.
        var deltas: [Delta] { chosen.compactMap(\.approved) }
    }

    /// What a stated value changes; nothing where none is stated.
    ///
    /// - Throws: `Fault` with `value_without_factor`.
    func statedValue(_ value: Quantity?, of chosen: [Doubt], _ source: Source) async throws -> StatedValue? {
        guard let value, let doubt = chosen.first else { return nil }
        let (units, unit, sku) = (try shop.settings.units.table(), doubt.key.unit, doubt.key.sku)
        guard units.isEmpty || units.perBase(erp: unit, of: sku) != nil else {
            throw Fault(
                .badInput,
                code: "value_without_factor",
                message: "`units` has no factor for the unit \(unit): nobody knows what \(value) of it are.",
                hint: "Declare the unit under `units`, or state the value in another one with --unit."
            )
        }
        let view = await source.baseline.view
        let known = try await offPool { try view?.positions(of: [sku])[sku] ?? [] }
        let doubts = try await shop.state.doubts().doubts(of: source.id).values.filter { $0.key.sku == sku }
        return StatedValue(value, of: doubt, known: known, doubts: doubts)
    }

    /// What a person says is in some positions, as a statement right after the last one of their source: the
    /// same bytes do not take it back, and whatever is stated later does.
    func said(_ value: StatedValue, _ record: RunRecord) async throws -> EventChanges {
        let source = record.source
        let standing = try await shop.state.eventStanding(of: source)
        let mark = try await shop.state.highWaterMark(of: source)
        let keys = value.nets.keys.sorted()
        let events = try await shop.state.events(about: keys, moving: Set(keys), of: source)
        let stated = [standing.stated, mark?.asOf, mark?.newestRow] + events.values.map(\.events.newest)
        let last = stated.compactMap(\.self).max() ?? record.started
        let order = EventOrder(asOf: Timestamp(microseconds: last.microseconds + 1))
        var changes = EventChanges()
        for (key, net) in value.nets { changes.levels[key] = LevelStatement(net: net, order: order) }
        return changes
    }
}
