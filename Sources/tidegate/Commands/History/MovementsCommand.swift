import ArgumentParser
import InventoryCore
import TidegatePipeline

/// What became of accepted stock in a period, for the books.
struct MovementsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "movements",
        abstract: "Shows what became of accepted stock in a period: opening, movements by cause, closing.",
        discussion: """
            The stock is what counts of the ERP's accepted positions at each site's locations, in base \
            units, less the web orders that the ERP does not know yet. Opening and movements always come to \
            the closing. Without --json or --csv the totals of each site are shown.
            """
    )

    @OptionGroup var period: PeriodOptions
    @Option(help: "Only this SKU.") var sku: String?
    @Option(help: "Only this site.") var site: String?
    @Flag(help: "Prints one JSON object a line, for each SKU and site.") var json = false
    @Flag(help: "Prints CSV, a row for each SKU and site.") var csv = false
    @Flag(help: "Compares each kept certificate with the history instead.") var check = false
    @Option(help: "Writes to this file, whole or not at all, instead of standard output.") var output: String?
    @OptionGroup var configured: ConfigurationOptions

    func validate() throws {
        if json, csv { throw ValidationError("--json and --csv exclude each other.") }
        if check { return }
        guard period.from != nil else {
            throw ValidationError("--from names the first instant of the period, such as 2026-11-01.")
        }
    }

    func run() async throws {
        let shop = try await Shop.openForReading(try configured.load())
        if check {
            let checked = try await CertificateCheck(in: shop)
            try shop.close()
            return try write(checked, Console())
        }
        var movements = try Movements(from: period.from ?? .now, to: period.to ?? .now)
        movements.sku = sku.map { SKU($0) }
        movements.site = site.map { SiteID($0) }
        let file = try output.map { try AtomicFile(path: $0) }
        let rows = MovementRows(json ? .json : csv ? .csv : nil, Console(), file)
        try rows.begin()
        let totals = try await movements.read(in: shop) { try rows.append($0) }
        try shop.close()
        try rows.end()
        try file?.commit()
        try write(totals, Console())
    }

    private func write(_ totals: Movements.Totals, _ console: Console) throws {
        for gap in totals.gaps { console.note("warning: \(gap)") }
        guard !json, !csv else { return }
        var table = Table(
            ["site", "SKUs", "opening"] + MovementCause.allCases.map(\.rawValue) + ["closing"],
            [.left] + Array(repeating: .right, count: MovementCause.allCases.count + 3)
        )
        for (site, total) in totals.sites.sorted(by: { $0.key < $1.key }) {
            let moved = MovementCause.allCases.map { MovementLines.total(total.moved[$0] ?? 0) }
            table.add(
                [site.text, total.skus.grouped, MovementLines.total(total.opening)] + moved
                    + [MovementLines.total(total.closing)]
            )
        }
        guard !totals.sites.isEmpty else { return try console.line("There was no stock in that period.") }
        for line in table.lines { try console.line(line) }
    }

    private func write(_ checked: CertificateCheck, _ console: Console) throws {
        for difference in checked.differences { try console.yellow(difference) }
        let beyond = checked.beyond > 0 ? ", \(checked.beyond.grouped) are of before the history" : ""
        try console.line("\(checked.agreeing.grouped) certificates agree with the history\(beyond).")
        try CommandEnding.unlessDone(checked.differences.isEmpty ? .done : .badInput)
    }
}
