import ArgumentParser
import Foundation
import InventoryCore
import OroClient
import SnapshotFormats
import SnapshotSources
import TidegatePipeline
import TidegateSettings

/// Finds what is wrong before a run does.
struct CheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Validates the configuration, reads the beginning of the source, asks the shop, "
            + "and says what to fix."
    )

    @OptionGroup var configured: ConfigurationOptions
    @OptionGroup var logging: LoggingOptions
    @Flag(help: "Does not contact the shop.") var offline = false
    @Flag(
        name: .customLong("write-test"),
        help: ArgumentHelp(
            "Tries what no harmless request shows: writes one level's own value back, and leaves an "
                + "operation in the shop that changes nothing."
        )
    )
    var writeTest = false

    func run() async throws {
        let console = Console()
        let settings = try configured.load()
        try console.line("configuration  \(settings.file): in order")
        for warning in settings.warnings { try console.lines("  warning  \(warning)") }
        for doubt in settings.orders?.doubts(at: .now, settings.rules) ?? [] {
            try console.yellow("  warning  \(doubt)")
        }
        var skus: Set<SKU> = []
        var isReadable = true
        for source in settings.sources {
            let name = settings.sources.count > 1 ? "\(source.id), " : ""
            let beginning = try checkSource(source, named: name, settings.orders, console)
            skus.formUnion(beginning.skus)
            isReadable = isReadable && beginning.isUsable
        }
        let sources = isReadable ? ExitStatus.done : .badInput
        try await checkState(settings, console)
        guard !offline else { return try CommandEnding.unlessDone(sources) }
        let status = try await settings.withShop(logger: logging.logger) {
            try await ask($0, settings, skus.sorted(), console)
        }
        try CommandEnding.unlessDone(status == .done ? sources : status)
    }

    /// Says which sources have fallen silent, and which are left over from another configuration.
    private func checkState(_ settings: Settings, _ console: Console) async throws {
        do {
            for doubt in try await ListedSource.doubts(settings) {
                try console.yellow("  warning  \(doubt)")
            }
        } catch let fault as Fault {
            // What a check is for is the configuration and the shop; a run says more.
            try console.line("  warning  \(fault.sentence)")
        }
    }

    /// Finds out whether it is the shop that the state folder belongs to, as a run would.
    ///
    /// - Throws: `Fault` with `other_shop`.
    private func checkIdentity(_ oro: OroClient, _ settings: Settings) async throws {
        let shop: Shop
        do {
            shop = try await Shop.openForReading(settings)
        } catch {
            // Without a state, or with one of an older version, there is nothing to belong to.
            return
        }
        try await shop.identity.examine(oro)
        try shop.close()
    }

    /// Asks the shop what it is and what the role may do, and prints it.
    private func ask(
        _ shop: OroClient,
        _ settings: Settings,
        _ skus: [SKU],
        _ console: Console
    ) async throws -> ExitStatus {
        try console.line("shop           \(settings.oro.url)")
        if let trouble = await shop.probe() { throw Fault(trouble) }
        var needs = settings.needs
        needs.triesWriting = writeTest
        let report = await shop.examine(for: needs)
        for line in report.features { try console.line("  \(line)") }
        let targets =
            report.isUsable
            ? await TargetReview(settings, report: report, skus: skus, shop: shop).findings : []
        for finding in report.findings + targets {
            try console.line("  \(finding.severity.rawValue)  \(finding.message)")
            if !finding.hint.isEmpty { try console.line("    \(finding.hint.asHint)") }
        }
        try await settings.remember(report)
        try await checkIdentity(shop, settings)
        guard let first = (report.findings + targets).first(where: { $0.severity == .problem }) else {
            return .done
        }
        return first.exitStatus
    }

    /// Reads the first rows, to show a wrong delimiter or column now and not in a run at night.
    ///
    /// Gives the SKUs of these rows, and whether a run would not hold or refuse them all.
    private func checkSource(
        _ source: SourceSettings,
        named name: String,
        _ orders: OrderSettings?,
        _ console: Console
    ) throws -> (skus: Set<SKU>, isUsable: Bool) {
        var skus: Set<SKU> = []
        var statesCommitted = false
        var first: RejectedRow?
        guard let intake = try newest(of: source) else {
            try console.line("source         \(name)\(source.path): no delivery waits")
            return (skus, true)
        }
        var reader = SnapshotReader(format: source.format)
        do {
            let source = try intake.open()
            try Self.readBeginning(
                of: source,
                by: &reader,
                take: { row in
                    skus.insert(row.key.sku)
                    if row.committed != nil { statesCommitted = true }
                },
                rejected: { first = first ?? $0 }
            )
        } catch {
            throw Fault(reading: error, path: intake.path)
        }
        try console.line(
            "source         \(name)\(intake.path): first \(reader.rowCount.grouped) rows read, "
                + "\(reader.rejectedCount.grouped) rejected, scope \(intake.scope.rawValue)"
        )
        let isUsable = reader.rowCount > 0 && reader.rejectedCount * 100 <= reader.rowCount
        if !isUsable {
            let why = first.map { "line \($0.line): \($0.message)" } ?? "It has no row."
            try console.line("  problem  \(why)")
            try console.line("    \("A run would hold or refuse it; see all with `tidegate read`.".asHint)")
        }
        if orders?.needsCommitted == true, reader.rowCount > 0, !statesCommitted {
            try console.yellow("  warning  no row states what is committed: with orders.acknowledge: booked,")
            try console.yellow("           orders leave although these figures do not contain them")
            try console.line("    \("Correct columns.committed, or write orders.figure: available.".asHint)")
        }
        return (skus, isUsable)
    }

    /// Opens the newest delivery; nothing where all that was there has been taken and put away, or where none
    /// has been sent yet.
    private func newest(of source: SourceSettings) throws -> SnapshotIntake? {
        do {
            return try SnapshotIntake(source)
        } catch {
            let isToCome = source.kind == .upload && [.noSnapshot, .notFound].contains(error.code)
            guard isToCome || error.code == .noSnapshot && source.folder.after != .keep else { throw error }
            return nil
        }
    }

    /// How much of the source is looked at.
    private static let beginningBytes = 1 << 16

    private static func readBeginning(
        of source: any ByteSource,
        by reader: inout SnapshotReader,
        take: (SourceRow) -> Void,
        rejected: (RejectedRow) -> Void
    ) throws {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: beginningBytes, alignment: 16)
        defer { buffer.deallocate() }
        var total = 0
        while total < beginningBytes {
            let length = try source.read(into: buffer)
            guard length > 0 else {
                return try reader.finish(rows: take, rejected: rejected)
            }
            total += length
            try reader.read(
                UnsafeRawBufferPointer(rebasing: buffer[..<length]),
                rows: take,
                rejected: rejected
            )
        }
    }
}

extension ShopReport {
    /// What the shop is, a line each.
    fileprivate var features: [String] {
        var lines: [String] = []
        let editionName =
            switch edition {
            case .community: "Community Edition"
            case .enterprise: "Enterprise Edition"
            case nil: "edition not seen"
            }
        lines.append("OroCommerce    \(editionName), \(version ?? "version not seen")")
        if let levelCount { lines.append("levels         \(levelCount.grouped)") }
        if !warehouses.isEmpty { lines.append("warehouses     \(warehouses.joined(separator: ", "))") }
        return lines
    }
}

extension ShopReport.Finding {
    /// How a run would end for it.
    fileprivate var exitStatus: ExitStatus {
        if isPermission { return .notPermitted }
        return isPassing ? .unavailable : .badConfiguration
    }
}
