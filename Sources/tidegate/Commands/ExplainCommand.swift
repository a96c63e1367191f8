import ArgumentParser
import TidegatePipeline

/// Why a figure is what it is.
struct ExplainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Explains step by step, from the snapshot's rows to the shop's receipt, "
            + "why a SKU shows what it shows."
    )

    @Argument(help: "The SKU.") var sku: String
    @Option(help: "Only what this customer group sees, named as in the rules.") var group: String?
    @OptionGroup var configured: ConfigurationOptions

    func run() async throws {
        let console = Console()
        let shop = try await Shop.openForReading(try configured.load())
        let story = try await Explanation(of: sku, group: group, in: shop)
        try shop.close()
        for line in story.lines { try console.line(line) }
    }
}
