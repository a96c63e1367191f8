import ArgumentParser
import InventoryCore
import StateStore
import TidegatePipeline
import TidegateSettings

/// One piece of work with its exceptions, and what was done about it.
struct ExceptionsShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Shows one exception: every SKU, level or order of it, and what people have done."
    )

    @Argument(help: "Its number.") var number: Int
    @OptionGroup var configured: ConfigurationOptions
    @Option(help: "How many of its SKUs, levels or orders.") var limit = 20
    @Flag(help: "Prints one JSON object a line: it, its exceptions, what was done.") var json = false

    func run() async throws {
        let console = Console()
        let settings = try configured.load()
        let shop = try await Shop.openForReading(settings)
        let now = Timestamp.now
        let listed = try await shop.listedException(number)
        let most = max(1, min(limit, 100_000))
        let cases = try await shop.exceptionCases(of: number, limit: most)
        let notes = try await shop.state.exceptionNotes(of: number)
        try shop.close()
        let report = ExceptionReport(settings, at: now, console)
        guard !json else {
            try report.lines([listed])
            var line = JSONLine()
            for one in cases { line.append(one) }
            for note in notes { line.append(note) }
            return try console.write(line.bytes)
        }
        let group = listed.group
        try report.write(listed)
        try console.line("  opened \(group.opened), last met \(group.seen), due \(listed.due)")
        if let closed = group.closed { try console.line("  ended \(closed)") }
        try console.line("  ends by itself: \(group.code.entry.ending)")
        for note in notes {
            let text = note.text.map { ": \($0)" } ?? ""
            try console.line("  \(note.kind.rawValue) at \(note.at) by \(note.who)\(text)")
        }
        guard group.count > 1 else { return }
        for one in cases {
            let near = one.near.map { "  \($0.sentence)" } ?? ""
            try console.line("  \(one.subject)  since \(one.stored.opened)\(near)")
        }
        if cases.count < group.count {
            try console.line("  … \(cases.count.grouped) of \(group.count.grouped); more with --limit")
        }
    }
}

struct ExceptionsAssign: ServedCommand {
    static let configuration = CommandConfiguration(
        commandName: "assign",
        abstract: "Says who looks after an exception."
    )

    @Argument(help: "Its number.") var number: Int
    @Option(help: "Who.") var to: String
    @Option(help: "Why; it is kept.") var reason: String?
    @OptionGroup var configured: ConfigurationOptions

    func run() async throws {
        try await configured.withExceptionWork("assign") { work in
            try await work.assign(number, to: to, reason: reason)
        }
        try Console().line("\(to) looks after the exception \(number).")
    }
}

struct ExceptionsSnooze: ServedCommand {
    static let configuration = CommandConfiguration(
        commandName: "snooze",
        abstract: "Puts an exception off: nobody is reminded before."
    )

    @Argument(help: "Its number.") var number: Int
    @Option(
        help: ArgumentHelp(
            "Until when: 2026-12-03 or \"2026-12-03 08:00\", by exceptions.time_zone, or with an offset.",
            valueName: "time"
        )
    )
    var until: String?
    @Option(name: .customLong("for"), help: "How long from now on: 30m, 4h, 3d.") var length: String?
    @Option(help: "Why; it is kept.") var reason: String
    @OptionGroup var configured: ConfigurationOptions

    func run() async throws {
        let zone = try configured.load().exceptions.zone
        let until = try instant(zone: zone, from: .now)
        try await configured.withExceptionWork("snooze") { work in
            try await work.snooze(number, until: until, reason: reason)
        }
        try Console().line("The exception \(number) is put off until \(until).")
    }

    private func instant(zone: String, from now: Timestamp) throws -> Timestamp {
        switch (until, length) {
        case (let text?, nil):
            if let instant = SnoozeTime.instant(text, zone: zone) { return instant }
            throw ValidationError(
                "--until is a date or a time, such as 2026-12-03 or \"2026-12-03 08:00\"; got \(text)."
            )
        case (nil, let text?):
            if let seconds = SnoozeTime.seconds(text) { return now.adding(seconds: seconds) }
            throw ValidationError("--for is a length of time, such as 30m, 4h or 3d; got \(text).")
        default: throw ValidationError("Say --until when, or --for how long.")
        }
    }
}

struct ExceptionsResolve: ServedCommand {
    static let configuration = CommandConfiguration(
        commandName: "resolve",
        abstract: "Ends an exception; where its cause is still there, it is opened again."
    )

    @Argument(help: "Its number.") var number: Int
    @Option(help: "What was done; it is kept.") var reason: String
    @OptionGroup var configured: ConfigurationOptions

    func run() async throws {
        guard reason.contains(where: { !$0.isWhitespace }) else {
            throw ValidationError("--reason says what was done; it is empty.")
        }
        let count = try await configured.withExceptionWork("resolve") { work in
            try await work.resolve(number, reason: reason)
        }
        try Console().line("The exception \(number) has ended; \(count.grouped) were open.")
    }
}

struct ExceptionsRetry: StoppableCommand, ServedCommand {
    static let configuration = CommandConfiguration(
        commandName: "retry",
        abstract: "Tries again what an exception is about: sends, works out or reads it once more."
    )

    @Argument(help: "Its number.") var number: Int
    @OptionGroup var configured: ConfigurationOptions
    @OptionGroup var logging: LoggingOptions

    func run() async throws {
        let settings = try configured.load()
        let events = logging.logger.commandEvents(of: settings.shop)
        let text = try await settings.withOpenShop(
            command: "tidegate exceptions retry",
            logger: logging.logger
        ) { shop, oro in
            let retried = try await ExceptionWork(shop, who: CommandHost.who)
                .retry(number, oro: oro, events: events)
            if case .sources(let sources) = retried {
                let sync = try SyncRun(shop: shop, oro: oro, sources: sources, events: events)
                return "read: \(try await sync.perform().summaries.count) deliveries."
            }
            _ = try await PushRun(shop: shop, oro: oro, events: events).perform()
            return retried.words
        }
        try Console().line("Tried again: \(text) See `tidegate exceptions show \(number)`.")
    }
}

extension ExceptionWork.Retried {
    fileprivate var words: String {
        switch self {
        case .writes(let count): "\(count.grouped) refused figures were sent once more."
        case .figures(let run):
            run.map { "the run \($0) has worked the SKUs out." } ?? "no figure changes by it."
        case .withNextRun: "the next run works everything out."
        case .sources: "the sources are read."
        }
    }
}

extension ConfigurationOptions {
    /// Does something about an exception in the open state, as whoever has typed the command.
    fileprivate func withExceptionWork<Result: Sendable>(
        _ name: String,
        _ body: (ExceptionWork) async throws -> Result
    ) async throws -> Result {
        try await load().withOpenState(command: "tidegate exceptions \(name)") { shop in
            try await body(ExceptionWork(shop, who: CommandHost.who))
        }
    }
}
