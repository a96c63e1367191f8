import ArgumentParser
import InventoryCore
import TidegatePipeline
import TidegateSettings

/// Sets of rules, before anyone activates them.
struct RulesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rules",
        abstract: "Compares sets of rules.",
        subcommands: [Compare.self]
    )

    struct Compare: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "diff",
            abstract:
                "Shows what NEW would do to the current stock, compared with OLD; changes nothing.",
            discussion: """
                Both are YAML files with the sections sites, safety_stock and fences, or whole \
                configurations. The stock is that of the last accepted snapshot in the configured state \
                folder.
                """
        )

        @Argument(help: "The rules to compare with.") var old: String
        @Argument(help: "The rules to try.") var new: String
        @OptionGroup var configured: ConfigurationOptions
        @Option(help: "When, with an offset, such as 2026-11-01T00:00:00+01:00 (default: now).")
        var at: String?
        @Flag(help: "Prints one JSON object.") var json = false

        func run() async throws {
            let console = Console()
            let instant = try Timestamp.stated(at, option: "--at")
            let (before, after) = (try load(old), try load(new))
            for warning in after.warnings { console.note("warning: \(warning)") }
            let shop = try await Shop.openForReading(try configured.load())
            let comparison = try await RuleComparison(
                from: before,
                to: after,
                at: instant,
                in: shop
            )
            try shop.close()
            if json { return try console.write(comparison.change.json) }
            try write(comparison, console)
        }

        private func load(_ path: String) throws -> RulesFile {
            do {
                return try RulesFile.load(path: path)
            } catch {
                throw Fault(rules: error)
            }
        }

        private func write(_ comparison: RuleComparison, _ console: Console) throws {
            let change = comparison.change
            guard change.before != change.after else {
                return try console.line("Both files have the same rules (\(change.before.text.prefix(12))).")
            }
            var pools = Table(
                ["site", "pool", "before", "after", "SKUs gaining", "SKUs losing"],
                [.left, .left, .right, .right, .right, .right]
            )
            for pool in change.pools {
                pools.add([
                    pool.site.text, pool.pool, pool.before.description, pool.after.description,
                    pool.skusGaining.grouped, pool.skusLosing.grouped,
                ])
            }
            for line in pools.lines { try console.line(line) }
            if !change.movers.isEmpty {
                try console.line()
                try console.line("The largest changes:")
                try console.line()
                var movers = Table(
                    ["SKU", "site", "pool", "before", "after"],
                    [.left, .left, .left, .right, .right]
                )
                for move in change.movers {
                    movers.add([
                        move.sku.text, move.site.text, move.pool, move.before.description,
                        move.after.description,
                    ])
                }
                for line in movers.lines { try console.line(line) }
            }
            try console.line()
            try console.line(
                "\(comparison.skus.grouped) SKUs, \(change.writes.grouped) writes to the shop, rules "
                    + "\(change.before.text.prefix(12)) → \(change.after.text.prefix(12))"
            )
        }
    }
}

extension Timestamp {
    /// Reads an instant from the command line; now where none is stated.
    ///
    /// - Throws: `ValidationError` that names the option.
    static func stated(_ text: String?, option: String) throws -> Timestamp {
        guard let text else { return .now }
        guard let instant = Timestamp(rfc3339: text) else {
            throw ValidationError(
                "\(option) takes a time with an offset, such as 2026-11-01T00:00:00+01:00; got \(text)."
            )
        }
        return instant
    }
}
