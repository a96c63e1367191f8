import ArgumentParser
import InventoryCore
import StateStore
import TidegatePipeline
import TidegateSettings

/// What needs a person.
struct ExceptionsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "exceptions",
        abstract: "Lists the open exceptions, each with its owner and first step; works beside a sync.",
        discussion:
            "Exceptions of one cause are one piece of work, with a number that the other commands take.",
        subcommands: [
            List.self, ExceptionsShow.self, ExceptionsAssign.self, ExceptionsSnooze.self,
            ExceptionsResolve.self, ExceptionsRetry.self,
        ],
        defaultSubcommand: List.self
    )

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Lists the open exceptions, the gravest first."
        )

        @OptionGroup var configured: ConfigurationOptions
        @Option(help: "Only this code, such as unknown_sku.") var code: String?
        @Option(help: "Only those of this owner, such as operations.") var owner: String?
        @Option(help: "Only this severity: critical, warning or notice.") var severity: String?
        @Flag(help: "Only those that should have been done by now.") var overdue = false
        @Option(help: "How many.") var limit = 100
        @Flag(help: "Prints one JSON object a line.") var json = false

        func run() async throws {
            let console = Console()
            let codes = try codes()
            let settings = try configured.load()
            let shop = try await Shop.openForReading(settings)
            let now = Timestamp.now
            let most = max(1, min(limit, 100_000))
            var open = try await shop.listedExceptions(of: codes, limit: most)
            let counts = try await shop.state.exceptionCounts().filter { codes.contains($0.key) }
            try shop.close()
            let all = counts.values.reduce(0) { $0 + $1.groups }
            let isCut = open.count < all
            if overdue { open.removeAll { !$0.isOverdue(at: now) } }
            let report = ExceptionReport(settings, at: now, console)
            guard !json else { return try report.lines(open) }
            for listed in open { try report.write(listed) }
            if open.isEmpty { try console.line(overdue ? "Nothing is overdue." : "No exception is open.") }
            if isCut { try console.line("… \(most.grouped) of \(all.grouped); more with --limit") }
        }

        private func codes() throws -> [InventoryException.Code] {
            let code = try word(code, "--code", InventoryException.Code.self)
            let owner = try word(owner, "--owner", InventoryException.Owner.self)
            let severity = try word(severity, "--severity", ExceptionSeverity.self)
            return InventoryException.Code.bySeverity.filter { one in
                (code ?? one) == one && (owner ?? one.owner) == one.owner
                    && (severity ?? one.severity) == one.severity
            }
        }

        private func word<Word: RawRepresentable<String> & CaseIterable>(
            _ text: String?,
            _ option: String,
            _: Word.Type
        ) throws -> Word? {
            guard let text else { return nil }
            if let word = Word(rawValue: text) { return word }
            let known = Word.allCases.map(\.rawValue).joined(separator: " ")
            throw ValidationError("\(option) is one of \(known); got \(text).")
        }
    }
}

/// How exceptions are printed.
struct ExceptionReport {
    private let settings: Settings
    private let now: Timestamp
    private let console: Console

    init(_ settings: Settings, at now: Timestamp, _ console: Console) {
        (self.settings, self.now, self.console) = (settings, now, console)
    }

    func owner(of code: InventoryException.Code) -> String {
        settings.owners[code.owner] ?? code.owner.rawValue
    }

    func lines(_ listed: [ListedException]) throws {
        var line = JSONLine()
        for one in listed { line.append(one, owner: owner(of: one.group.code), at: now) }
        try console.write(line.bytes)
    }

    func write(_ listed: ListedException) throws {
        let group = listed.group
        let subject = listed.subject.description
        let title = [group.code.rawValue, subject].filter { !$0.isEmpty }.joined(separator: "  ")
        try console.line("#\(group.number)  \(group.code.severity.rawValue)  \(title)")
        try console.line("  \(listed.message)")
        for one in listed.examples {
            guard let near = one.near else { continue }
            let name = group.count > 1 ? "\(one.subject): " : ""
            try console.line("  \(name)\(near.sentence)")
        }
        try console.line(
            "  \(owner(of: group.code).replacing("_", with: " ")): \(group.code.firstStep)"
        )
        var state: [String] = []
        if let assignee = group.assignee { state.append("with \(assignee)") }
        if group.isSnoozed(at: now), let until = group.snoozedUntil { state.append("put off until \(until)") }
        if group.times > 1 { state.append("opened \(group.times) times") }
        if !state.isEmpty { try console.line("  \(state.joined(separator: ", "))") }
        if listed.isOverdue(at: now) { try console.yellow("  overdue since \(listed.due)") }
    }
}
