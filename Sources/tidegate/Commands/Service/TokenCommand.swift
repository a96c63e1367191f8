import ArgumentParser
import Foundation
import InventoryCore
import TidegatePipeline
import TidegateService
import TidegateSettings

/// The tokens that the service lets in.
struct TokenCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token",
        abstract: "Makes, lists and revokes the tokens of the service.",
        subcommands: [Create.self, List.self, Revoke.self]
    )

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Makes a token and prints it, this once: the file keeps only its digest."
        )

        @Argument(help: "Its id: 1 to 40 of a-z, 0-9 and -.") var id: String
        @Option(help: "What it may do: read, operate, events, snapshots, several with commas.")
        var scopes: String
        @Option(help: "The shops that it is for, with commas (default: all).") var shops: String?
        @Option(help: "The sources that it is for, with commas (default: all).") var sources: String?
        @Option(help: "Until when, with an offset, or for how long, such as 90d.") var expires: String?
        @OptionGroup var file: TokensFileOption

        func run() async throws {
            guard AccessToken.isUsable(id: id) else {
                throw ValidationError("An id is 1 to 40 of a-z, 0-9 and -; got \(id).")
            }
            let named = scopes.commaSeparated.map { (text: $0, scope: AccessScope(rawValue: $0)) }
            if let unknown = named.first(where: { $0.scope == nil }) {
                let known = AccessScope.allCases.map(\.rawValue).joined(separator: ", ")
                throw ValidationError("--scopes takes \(known); got \(unknown.text).")
            }
            guard !named.isEmpty else { throw ValidationError("--scopes is empty.") }
            let path = try file.path()
            var tokens =
                FileManager.default.fileExists(atPath: path) ? try TokensFile.load(path: path) : TokensFile()
            var random = SystemRandomNumberGenerator()
            let secret = (0..<32).map { _ in UInt8.random(in: 0...255, using: &random) }
            let text = AccessToken.text(id: id, secret: secret)
            try tokens.add(
                AccessToken(
                    id: id,
                    digest: AccessToken.digest(of: text),
                    scopes: Set(named.compactMap(\.scope)),
                    shops: shops.map { Set($0.commaSeparated.map { ShopID($0) }) },
                    sources: sources.map { Set($0.commaSeparated.map { SourceID($0) }) },
                    expires: try expires.map(Create.end)
                )
            )
            try tokens.save(path: path)
            let console = Console()
            try console.line(text)
            console.note("Keep it: \(path) has only its digest.")
        }

        private static func end(_ text: String) throws -> Timestamp {
            if let time = Timestamp(rfc3339: text) { return time }
            let units: [Character: Int64] = ["d": 86400, "h": 3600]
            guard let unit = text.last.flatMap({ units[$0] }), let count = Int64(text.dropLast()),
                (1...36500).contains(count)
            else {
                throw ValidationError(
                    "--expires takes a time with an offset, or a duration such as 90d or 12h; got \(text)."
                )
            }
            return Timestamp.now.adding(seconds: count * unit)
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Lists the tokens by their ids.")

        @OptionGroup var file: TokensFileOption
        @Flag(help: "Prints one JSON object a line.") var json = false

        func run() async throws {
            let console = Console()
            let tokens = try TokensFile.load(path: try file.path()).tokens
            var table = Table(
                ["id", "scopes", "shops", "sources", "expires"],
                [.left, .left, .left, .left, .left]
            )
            var line = JSONLine()
            for token in tokens {
                let scopes = token.scopes.map(\.rawValue).sorted()
                let shops = token.shops?.map(\.text).sorted()
                let sources = token.sources?.map(\.text).sorted()
                table.add([
                    token.id, scopes.joined(separator: ", "), shops?.joined(separator: ", ") ?? "all",
                    sources?.joined(separator: ", ") ?? "all", token.expires?.description ?? "never",
                ])
                line.open()
                line.field("id", token.id)
                line.field("scopes", scopes.joined(separator: ","))
                line.field("shops", shops?.joined(separator: ","))
                line.field("sources", sources?.joined(separator: ","))
                line.field("expires", token.expires?.description)
                line.close()
            }
            if json { return try console.write(line.bytes) }
            for row in table.lines { try console.line(row) }
        }
    }

    struct Revoke: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Takes a token away; a running service refuses it within a second or two."
        )

        @Argument(help: "Its id.") var id: String
        @OptionGroup var file: TokensFileOption

        func run() async throws {
            let path = try file.path()
            var tokens = try TokensFile.load(path: path)
            try tokens.revoke(id)
            try tokens.save(path: path)
            try Console().line("\(id) revoked")
        }
    }
}

/// Where the tokens are kept.
struct TokensFileOption: ParsableArguments {
    @OptionGroup var configured: ConfigurationOptions
    @Option(help: "The file of tokens (default: `service.tokens_file` of the configuration).")
    var file: String?

    func path() throws -> String {
        if let file { return file }
        if let path = try configured.load().service.tokensFile { return path }
        throw ValidationError("Name the file with --file, or set `service.tokens_file`.")
    }
}

extension String {
    /// The parts between commas, without blanks around them.
    fileprivate var commaSeparated: [String] {
        split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
    }
}
