import ArgumentParser
import InventoryCore
import StateStore
import TidegatePipeline
import TidegateSettings

/// Web orders that the ERP does not know yet.
struct OrdersCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "orders",
        abstract: "Lists web orders that the ERP does not know yet, shows one, or releases one.",
        subcommands: [List.self, Show.self, Release.self],
        defaultSubcommand: List.self
    )

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Lists the orders whose stock is kept back, the oldest first."
        )

        @OptionGroup var configured: ConfigurationOptions
        @Option(help: "How many.") var limit = 100
        @Flag(help: "Only those that nobody has acknowledged.") var unacknowledged = false
        @Flag(help: "Prints one JSON object a line.") var json = false

        func run() async throws {
            let console = Console()
            let settings = try configured.load()
            guard settings.orders != nil else { throw Fault.ordersNotRead }
            let state = try StateDatabase.openForReading(StateFolder(path: settings.store.path))
            let most = max(1, min(limit, 100_000))
            let now = Timestamp.now
            let orders =
                unacknowledged
                ? try await state.unacknowledgedOrders(placedBefore: now, limit: most)
                : try await state.openOrders(after: nil, limit: most)
            let standing = try await state.orderStanding()
            let cursor = try await state.orderCursor()
            try state.close()
            if json {
                var line = JSONLine()
                for order in orders { line.append(order, at: now) }
                return try console.write(line.bytes)
            }
            try write(orders, at: now, console)
            let all = unacknowledged ? standing.unacknowledged : standing.orders
            if orders.count < all {
                try console.line("… \(orders.count.grouped) of \(all.grouped); more with --limit")
            }
            let read = cursor.map { Timestamp(microseconds: $0.read).description } ?? "never"
            try console.line("orders were last read: \(read)")
        }

        private func write(_ orders: [LedgerOrder], at now: Timestamp, _ console: Console) throws {
            guard !orders.isEmpty else { return try console.line("No web order waits for the ERP.") }
            var table = Table(
                ["order", "id", "placed", "age", "status", "booked", "kept back"],
                [.left, .left, .left, .right, .left, .left, .left]
            )
            for order in orders {
                let seconds = max(0, (now.microseconds - order.placed.microseconds) / 1_000_000)
                let lines = order.lines.filter { $0.open > .zero }
                let shown = lines.prefix(OrdersCommand.linesShownMax).map {
                    "\($0.open) \($0.unit) \($0.sku)"
                }
                let more = lines.count - shown.count
                table.add([
                    order.identifier, order.id.description, order.placed.description,
                    "\(Age(seconds: Int(seconds)))", order.status ?? "", order.bookedAt?.description ?? "",
                    shown.joined(separator: ", ") + (more > 0 ? " and \(more) more" : ""),
                ])
            }
            for row in table.lines { try console.line(row) }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Shows one order: its lines, what the ERP has said of it, and who has released it."
        )

        @Argument(help: "The order's number, or its id.") var order: String
        @OptionGroup var configured: ConfigurationOptions
        @Flag(help: "Prints one JSON object.") var json = false

        func run() async throws {
            let console = Console()
            let shop = try await Shop.openForReading(try configured.load())
            let shown = try await ShownOrder(order, in: shop)
            try shop.close()
            guard json else { return try write(shown, console) }
            var line = JSONLine()
            line.append(shown)
            try console.write(line.bytes)
        }

        private func write(_ shown: ShownOrder, _ console: Console) throws {
            let order = shown.order
            try console.line("order \(order.identifier), id \(order.id)")
            try console.line("placed      \(order.placed), changed \(order.updated)")
            if let status = order.status { try console.line("status      \(status)") }
            if let group = order.customerGroup { try console.line("group       \(group)") }
            if let booked = order.bookedAt { try console.line("booked      \(booked)") }
            if shown.isOverdue {
                try console.yellow("overdue     nobody has said that the ERP knows all of it")
            }
            var table = Table(
                ["line", "sku", "unit", "ordered", "kept back", "taken", "in figures", "state"],
                [.right, .left, .left, .right, .right, .right, .right, .left]
            )
            for line in order.lines {
                let part = line.id.part == 0 ? "" : ".\(line.id.part)"
                table.add([
                    "\(line.id.line)\(part)", line.sku.text, line.unit.text, "\(line.ordered)",
                    "\(line.open)", "\(line.taken)", "\(line.contained)", line.word(at: shown.now),
                ])
            }
            for row in table.lines { try console.line(row) }
            for one in shown.acknowledgements {
                let statement = one.statement
                let line = statement.line.map { " line \($0)" } ?? ""
                let quantity = statement.quantity.map { ", \($0)" } ?? ""
                let source = statement.source.map { ", by \($0)" } ?? ""
                try console.line("\(statement.state.rawValue)\(line)\(quantity) at \(statement.at)\(source)")
            }
            for release in shown.releases {
                try console.line("released at \(release.at) by \(release.who): \(release.reason)")
            }
        }
    }

    struct Release: StoppableCommand, ServedCommand {
        static let configuration = CommandConfiguration(
            abstract: "Stops keeping an order's stock back, where the ERP will never know it.",
            discussion: "The stock is shown again at once. Who did it, when and why is kept."
        )

        @Argument(help: "The order's number, or its id.") var order: String
        @Option(help: "Why; it is kept.") var reason: String
        @OptionGroup var configured: ConfigurationOptions
        @OptionGroup var logging: LoggingOptions

        func run() async throws {
            guard reason.contains(where: { !$0.isWhitespace }) else {
                throw ValidationError("--reason says why; it is empty.")
            }
            let settings = try configured.load()
            let logger = logging.logger
            let released = try await settings.withOpenShop(
                command: "tidegate orders release",
                logger: logger,
                json: false
            ) { shop, oro in
                let events = logger.commandEvents(of: settings.shop)
                let released = try await OrderReleasing(shop)
                    .perform(order, who: CommandHost.who, reason: String(reason.prefix(1000)))
                try await OrderRun(shop: shop, oro: oro, events: events).performAndPush()
                return released
            }
            try Console().line("Order \(released.identifier) does not count any more.")
        }
    }

    /// Lines of an order that a list names.
    private static let linesShownMax = 3
}
