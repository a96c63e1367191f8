import InventoryCore
import SnapshotFormats
import SnapshotSources
import StateStore
import TidegateSettings

/// The story of one SKU's figures, from the snapshot's rows to the shop's receipts.
package struct Explanation: Sendable {
    package internal(set) var lines: [String] = []
    /// Only what this customer group sees; nil for all groups.
    let group: String?

    /// Puts the story together; it reads the newest archived snapshot once.
    ///
    /// - Throws: `Fault`: neither the ERP nor the shop knows the SKU (66).
    package init(of text: String, group: String? = nil, in shop: Shop) async throws {
        self.group = group
        do {
            try await tell(SKU(text), in: shop)
        } catch {
            throw Fault(error)
        }
    }

    private mutating func tell(_ sku: SKU, in shop: Shop) async throws {
        let state = shop.state
        let positions = try await shop.stock().positions(of: [sku])[sku] ?? []
        var receipts = try await state.receipts(of: sku)
        for alias in Set(shop.settings.rules.aliases(of: sku)).sorted() {
            receipts += try await state.receipts(of: alias)
        }
        let doubts = try await state.doubts()
        let isDoubtful = doubts.contains(sku)
        guard !positions.isEmpty || !receipts.isEmpty || isDoubtful else {
            throw Explanation.unknown(sku, near: try await shop.knownNames(near: [sku])[sku.text])
        }
        lines.append(sku.text)
        for source in shop.sources { try await tellRows(of: sku, source, in: shop) }
        tellPositions(positions)
        for source in shop.sources { try await tellEvents(positions.map(\.key), of: source.id, state) }
        for doubt in doubts.doubts(about: sku).sorted(by: { $0.key < $1.key }) {
            tell(doubt, beside: positions)
        }
        let instant = try await state.figuresMadeBy()?.at ?? .now
        try await tellFigures(sku, positions, receipts, doubts, at: instant, in: shop)
        try await tellReverts(receipts, in: state)
        for stored in try await state.openExceptions(of: [sku]) {
            lines.append("exception   \(stored.exception.code.rawValue): \(stored.exception.message)")
            if let unknown = stored.exception.unknownName,
                let near = try await shop.shopNames(near: [unknown])[unknown.text]
            {
                lines.append("            \(near.sentence)")
            }
            lines.append("            first step: \(stored.exception.code.firstStep)")
        }
    }

    static func unknown(_ sku: SKU, near: NearName?) -> Fault {
        Fault(
            .inputMissing,
            code: "unknown_sku",
            message: "Neither the last snapshot nor the shop has the SKU \(sku).",
            hint: near?.sentence ?? "SKUs are compared byte for byte, capitals and blanks included."
        )
    }

    // MARK: snapshot → positions

    private mutating func tellRows(of sku: SKU, _ source: Source, in shop: Shop) async throws {
        let runs = try await shop.state.takenRuns(of: source.id, limit: Explanation.runsMax)
        guard let last = runs.first else { return }
        lines.append(
            "snapshot    \(last.delivery), run \(last.id)" + (last.asOf.map { ", as of \($0)" } ?? "")
        )
        // Rows of an older delivery would be no reason for what counts now.
        let copies = try await offPool { try SnapshotArchive(folder: shop.state.folder).snapshots() }
        let chain = DeliveryChain(runs, kept: Set(copies.map(\.run)))
        guard let kept = chain.links.first?.copy, let newest = copies.first(where: { $0.run == kept }) else {
            return
        }
        for row in try await newest.rows(of: sku, source.settings.format) {
            let parts = [
                ("on hand", row.onHand), ("committed", row.committed), ("unusable", row.unusable),
            ].compactMap { name, quantity in quantity.map { "\(name) \($0)" } }
            lines.append(
                "  line \(row.line)  \(row.key.place)  \(row.key.unit)  \(parts.joined(separator: ", "))"
            )
        }
    }

    /// As often as the last delivery may have been read again before its copy is not looked for any more.
    private static let runsMax = 1_000

    private mutating func tellPositions(_ positions: [Position]) {
        lines.append("positions   on hand − committed − unusable, at each location")
        for position in positions.sorted(by: { $0.key < $1.key }) {
            let unit = position.key.unit == .inBase ? "in base units" : position.key.unit.description
            lines.append("  \(position.key.place)  \(unit)  \(position.net)")
        }
        if positions.isEmpty { lines.append("  none: no source states it") }
    }

    private mutating func tell(_ doubt: Doubt, beside positions: [Position]) {
        let place = "\(doubt.key.place)  \(doubt.key.unit)"
        let range = doubt.interval.map { "\($0.lowerBound) to \($0.upperBound)" }
        var text = "in doubt    \(place)  \(doubt.reason.rawValue) since \(doubt.since)"
        if let line = doubt.lines.first { text += ", line \(line)" }
        lines.append(text)
        if let range, let last = doubt.last {
            lines.append("            can be \(range); last clear \(last), grown elsewhere \(doubt.grown)")
        } else {
            let isKnown = positions.contains { doubt.isBeside($0.key) }
            let stays = isKnown ? "what is known of the place counts" : "what the shop shows stays"
            lines.append("            never clearly stated: \(stays)")
        }
        guard doubt.waitsForDecision, let run = doubt.run else { return }
        let stated = doubt.reason == .held ? doubt.stated?.description ?? "gone" : "gone"
        lines.append("            `tidegate approve \(run) --sku …` would take it as \(stated)")
    }

    // MARK: figures → receipts

    /// Tells of figures that a person has taken back, since no rule gives them.
    private mutating func tellReverts(_ receipts: [LevelReceipts], in state: StateDatabase) async throws {
        let keys = Dictionary(grouping: receipts) { $0.applied?.run }
        for (run, shown) in keys.sorted(by: { ($0.key?.text ?? "") < ($1.key?.text ?? "") }) {
            guard let run, let record = try await state.run(run), let reverted = record.reverts else {
                continue
            }
            let levels = shown.map { "\($0.level.key)" }.joined(separator: ", ")
            lines.append("reverted    \(levels): the run \(run) has taken the run \(reverted) back")
            lines.append("            the ERP's next statement about the SKU decides again")
        }
    }

    mutating func tellLevels(_ receipts: [LevelReceipts], of sku: SKU) {
        for receipt in receipts {
            let level = receipt.level
            let place = [level.key.unit.text, level.key.warehouse].compactMap(\.self).joined(
                separator: " in "
            )
            let alias = level.key.sku == sku ? "" : "\(level.key.sku), "
            let text = "level       \(alias)\(place), id \(level.id?.text ?? "none"): "
            lines.append(text + receipt.standing)
            if let applied = receipt.applied {
                var run = applied.run.map { " in run \($0)" } ?? ""
                if let version = applied.rulesVersion { run += ", rules \(version.prefix(12))" }
                lines.append("  receipt     \(applied.quantity) applied at \(applied.at)\(run)")
            }
            if let refused = receipt.refused {
                lines.append("  refused     \(refused.quantity) at \(refused.at): \(refused.detail)")
            }
        }
    }
}

extension LevelReceipts {
    /// What is known of a level, from when, and what becomes of the figure that it is to show.
    var standing: String {
        var text = "not yet confirmed"
        if let published = level.published {
            // What the shop shows at this moment nobody knows without asking it.
            let since = applied.flatMap { $0.quantity == published ? $0.at : nil }
            text =
                since.map { "the shop showed \(published) at \($0)" }
                ?? "the shop showed \(published) when its levels were last read"
        }
        guard let wish = level.wish else { return text }
        let fate =
            switch wish.standing {
            case .waiting: "waits to be written"
            case .claimed: "is on its way"
            case .unresolved: "waits until the level's id is found in the shop"
            case .unknown: "is parked: the shop does not have the level"
            case .refused: "is parked: the shop has refused it"
            }
        return "\(text), \(wish.quantity) \(fate)"
    }
}

extension Explanation {
    /// What stock events have stated since the last delivery.
    fileprivate mutating func tellEvents(
        _ keys: [PositionKey],
        of source: SourceID,
        _ state: StateDatabase
    ) async throws {
        let known = try await state.events(about: keys, moving: Set(keys), of: source)
        for (key, found) in known.sorted(by: { $0.key < $1.key }) where !found.events.isEmpty {
            let place = "\(key.place)  \(key.unit)"
            if let level = found.events.level {
                lines.append("event       \(place)  stated \(level.net) as of \(level.order.asOf)")
            }
            for movement in found.events.movements.prefix(Explanation.movementsMax) {
                lines.append("event       \(place)  moved \(movement.change) at \(movement.order.asOf)")
            }
            let more = found.events.movements.count - Explanation.movementsMax
            if more > 0 { lines.append("            and \(more) more movements") }
        }
    }

    /// Movements of one position that are listed.
    private static let movementsMax = 20
}

extension ArchivedSnapshot {
    /// Reads the copy to its end, and gives the rows of one SKU, by the format of now.
    ///
    /// - Throws: `Fault`.
    func rows(of sku: SKU, _ format: SnapshotFormat) async throws -> [SourceRow] {
        try await offPool {
            var found: [SourceRow] = []
            var reader = SnapshotReader(format: format)
            try reader.readAll(
                from: try SnapshotFile.open(path: path),
                rows: { if $0.key.sku == sku { found.append($0) } },
                rejected: { _ in }
            )
            return found
        }
    }
}
