import InventoryCore
import SnapshotFormats
import SnapshotSources
import StateStore

/// The story of one article's figures, from the snapshot's rows to the shop's receipts.
package struct Explanation: Sendable {
    package private(set) var lines: [String] = []

    /// Puts the story together; it reads the newest archived snapshot once.
    ///
    /// - Throws: `Failure`: neither the ERP nor the shop knows the article (66).
    package init(of text: String, in workspace: Workspace) async throws {
        do {
            try await tell(SKU(text), in: workspace)
        } catch {
            throw Failure(error)
        }
    }

    private mutating func tell(_ sku: SKU, in workspace: Workspace) async throws {
        let state = workspace.state
        let positions = await workspace.baseline.positions(of: [sku])[sku] ?? []
        let receipts = try await state.receipts(of: sku)
        guard !positions.isEmpty || !receipts.isEmpty else {
            throw Failure(
                status: .inputMissing,
                code: "unknown_sku",
                message: "Neither the last snapshot nor the shop has the SKU \(sku).",
                hint: "SKUs are compared byte for byte, capitals and blanks included."
            )
        }
        lines.append(sku.text)
        let last = try await state.lastAccepted()
        if let last { try await tellRows(of: sku, last: last, in: workspace) }
        tellPositions(positions)
        try tellFigures(sku, positions, receipts, last: last, in: workspace)
        tellLevels(receipts)
        let open = try await state.openExceptions(subjectHolding: sku.text)
        for stored in open
        where stored.exception.subject.split(separator: " ").first.map(String.init) == sku.text {
            lines.append("exception   \(stored.exception.code.rawValue): \(stored.exception.message)")
            lines.append("            first step: \(stored.exception.code.firstStep)")
        }
    }

    // MARK: snapshot → positions

    private mutating func tellRows(of sku: SKU, last: RunRecord, in workspace: Workspace) async throws {
        lines.append("snapshot    \(last.source), run \(last.id)" + (last.asOf.map { ", as of \($0)" } ?? ""))
        let archive = SnapshotArchive(folder: workspace.state.folder)
        guard let newest = try archive.snapshots().max(by: { $0.run < $1.run }) else { return }
        let format = workspace.settings.source.format
        let rows = try await offPool {
            var found: [SourceRow] = []
            var reader = RowReader(format: format)
            try reader.readAll(
                from: try SnapshotFile.open(path: newest.path),
                rows: { if $0.key.sku == sku { found.append($0) } },
                rejected: { _ in }
            )
            return found
        }
        for row in rows {
            let parts = [
                ("on hand", row.onHand), ("committed", row.committed), ("unusable", row.unusable),
            ].compactMap { name, quantity in quantity.map { "\(name) \($0)" } }
            lines.append(
                "  line \(row.line)  \(row.key.location)  \(row.key.unit)  \(parts.joined(separator: ", "))"
            )
        }
    }

    private mutating func tellPositions(_ positions: [Position]) {
        lines.append("positions   on hand − committed − unusable, at each location")
        for position in positions.sorted(by: { $0.key < $1.key }) {
            lines.append("  \(position.key.location)  \(position.key.unit)  \(position.net)")
        }
        if positions.isEmpty { lines.append("  none: the ERP does not list it any more") }
    }

    // MARK: positions → figures

    private mutating func tellFigures(
        _ sku: SKU,
        _ positions: [Position],
        _ receipts: [LevelReceipts],
        last: RunRecord?,
        in workspace: Workspace
    ) throws {
        let settings = workspace.settings
        let apportioner = Apportioner(
            rules: settings.rules,
            units: try settings.units.table(),
            publishUnits: settings.oro.publishUnits,
            at: last?.started ?? .now
        )
        let units = receipts.map(\.level).filter { $0.id != nil }.map {
            ShopUnit(unit: $0.key.unit, precision: $0.precision ?? 0, isPrimary: $0.isPrimaryUnit)
        }
        let result = apportioner.apportion(sku, positions: positions, shopUnits: units)
        lines.append("base unit   what of it counts, at each location")
        for (location, net) in result.stock.nets { lines.append("  \(location)  \(net)") }
        for allocation in result.allocations { tell(allocation, rules: apportioner.rules) }
        for figure in result.figures.pools where figure.unoffered > .zero {
            let pool = apportioner.rules.poolName(figure.pool)
            lines.append(
                "  rounding    \(figure.unoffered) of the pool \(pool) is no whole unit and is not offered"
            )
        }
        for level in result.wanted { lines.append("wanted      \(level.key.unit): \(level.quantity)") }
        lines.append("rules       \(apportioner.figuresVersion)")
    }

    private mutating func tell(_ allocation: SiteAllocation, rules: RuleSet) {
        lines.append("site        \(rules.sites[allocation.site].id): net \(allocation.net)")
        let rule = allocation.safetyRule.map { rules.safety[$0] }
        let place = rule?.place.map { " (\($0))" } ?? ""
        lines.append("  safety      \(allocation.safetyHeld) of \(allocation.safetyWanted) kept back\(place)")
        lines.append("  pool        \(allocation.pool)")
        for (number, share) in allocation.fences.enumerated() where share.isConcerned {
            let fence = rules.fences[number]
            let place = share.rule.flatMap { fence.rules[$0].place }.map { " by \($0)" } ?? ""
            lines.append(
                "  \(fence.id)  \(share.carved) set apart for \(fence.customerGroup)\(place), "
                    + "\(share.dedicated) from its own locations"
            )
        }
        lines.append("  shared      \(allocation.shared)")
    }

    // MARK: figures → receipts

    private mutating func tellLevels(_ receipts: [LevelReceipts]) {
        for receipt in receipts {
            let level = receipt.level
            let place = [level.key.unit.text, level.key.warehouse].compactMap(\.self).joined(
                separator: " in "
            )
            var text = "level       \(place), id \(level.id?.text ?? "none"): "
            text += level.published.map { "the shop shows \($0)" } ?? "not yet confirmed"
            if let pending = level.pending { text += ", \(pending) is on its way" }
            lines.append(text)
            if let applied = receipt.applied {
                let run = applied.run.map { " in run \($0)" } ?? ""
                lines.append("  receipt     \(applied.quantity) applied at \(applied.at)\(run)")
            }
            if let refused = receipt.refused {
                lines.append("  refused     \(refused.quantity) at \(refused.at): \(refused.detail)")
            }
        }
    }
}
