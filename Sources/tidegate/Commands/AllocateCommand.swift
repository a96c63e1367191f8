import ArgumentParser
import InventoryCore
import TidegatePipeline

/// What a set of rules makes of a file of positions.
struct AllocateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "allocate",
        abstract:
            "Divides positions among fences and the shared pool, one JSON object a pool; no state, no shop.",
        discussion: """
            Quantities are in base units. Fences are filled in the smallest amount that the rules' units \
            show, whole base units where none are declared, unless a rule has a step. A quota counts as \
            consumed what --consumed states; without a row there, the group's open web orders.
            """
    )

    @Option(help: "YAML with the sections sites, safety_stock and fences, or a whole configuration.")
    var rules: String
    @Option(help: "CSV with the columns sku,site,location,on_hand,committed,unusable.")
    var positions: String
    @Option(help: "CSV sku,site,fence,quantity: what groups consumed of their quotas, open orders included.")
    var consumed: String?
    @Option(help: "CSV sku,site,pool,quantity: orders that the ERP does not know yet.")
    var webOrders: String?
    @Option(help: "When, with an offset, such as 2026-11-01T00:00:00+01:00 (default: now).")
    var at: String?
    @Flag(help: "Prints one object for each SKU and site, with every step.") var explain = false
    @Option(help: "Writes the conservation certificate to this file.") var certificate: String?
    @Option(help: "Writes to this file, whole or not at all, instead of standard output.") var output: String?

    private static let pendingBytesMax = 1 << 16

    func run() async throws {
        let console = Console()
        let instant = try Timestamp.stated(at, option: "--at")
        let files = try AllocationFiles(
            AllocationFiles.Paths(
                rules: rules,
                positions: positions,
                consumed: consumed,
                webOrders: webOrders
            )
        )
        for warning in files.warnings { console.note("warning: \(warning)") }
        let file = try output.map { try AtomicFile(path: $0) }
        let result = try allocate(files, at: instant) { bytes in
            if let file { try bytes.withUnsafeBytes { try file.write($0) } } else { try console.write(bytes) }
        }
        try file?.commit()
        if let certificate {
            let file = try AtomicFile(path: certificate)
            try result.certificate.json.withUnsafeBytes { try file.write($0) }
            try file.commit()
        }
        if result.findings > 0, !explain {
            console.note("Exceptions: \(result.findings.grouped); --explain tells them.")
        }
    }

    private func allocate(
        _ files: AllocationFiles,
        at instant: Timestamp,
        write: ([UInt8]) throws -> Void
    ) throws -> (certificate: ConservationCertificate, findings: Int) {
        let allocator = Allocator(rules: files.rules, at: instant)
        var allocation = SiteAllocation(for: files.rules)
        var draft = CertificateDraft(rules: files.rules)
        var lines = AllocationLines(rules: files.rules)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(AllocateCommand.pendingBytesMax * 2)
        var findings = 0
        let granularity = files.granularity
        try files.book.forEach(granularity: { _ in granularity }) { stock in
            allocator.allocate(stock, into: &allocation)
            findings += allocation.findings.count
            if certificate != nil { try draft.add(allocation) }
            if explain {
                bytes += AllocationExplanation(allocation, of: stock, by: allocator).json
            } else {
                lines.append(allocation, to: &bytes)
            }
            guard bytes.count > AllocateCommand.pendingBytesMax else { return }
            try write(bytes)
            bytes.removeAll(keepingCapacity: true)
        }
        try write(bytes)
        return (draft.finish(), findings)
    }
}
