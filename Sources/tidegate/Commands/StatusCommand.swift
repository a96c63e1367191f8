import ArgumentParser
import Foundation
import InventoryCore
import SnapshotFormats
import StateStore
import TidegatePipeline
import TidegateService
import TidegateSettings

/// How things stand.
struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract:
            "Shows the last run, the outbox, the open exceptions and the lag; works while a sync runs."
    )

    @OptionGroup var configured: ConfigurationOptions
    @Flag(help: "Prints one JSON object.") var json = false

    func run() async throws {
        let console = Console()
        let shop = try await Shop.openForReading(try configured.load())
        let standing = try await Standing(shop)
        let push = try await PushStanding(shop.state)
        try shop.close()
        guard json else {
            try write(standing, console)
            return try write(push, console)
        }
        var line = JSONLine()
        line.append(standing)
        try console.write(line.bytes)
    }

    private func write(_ push: PushStanding, _ console: Console) throws {
        if let pause = push.pause {
            try console.yellow("push         paused since \(pause.since) by \(pause.who): \(pause.reason)")
        }
        if let trouble = push.trouble {
            try console.yellow("push         waits since \(trouble.since): \(trouble.sentence)")
            try console.line("             \(trouble.hint.asHint)")
        }
    }

    private func write(_ orders: OrderStanding, _ console: Console) throws {
        let text =
            "orders       \(orders.orders.grouped) open in \(orders.lines.grouped) lines, "
            + "\(orders.unacknowledged.grouped) not acknowledged"
        guard let oldest = orders.oldestUnacknowledged else { return try console.line(text) }
        let seconds = max(0, Int((Timestamp.now.microseconds - oldest.microseconds) / 1_000_000))
        try console.line("\(text), the oldest \(Age(seconds: seconds)) old")
    }

    private func write(_ standing: Standing, _ console: Console) throws {
        if let last = standing.last {
            try console.line("last run     \(last.id)  \(last.state.word)  started \(last.started)")
            if let message = last.message { try console.line("             \(message)") }
        } else {
            try console.line("last run     none yet")
        }
        try console.line("baseline     \(standing.positions.grouped) positions")
        try console.line(
            "outbox       \(standing.waiting.grouped) waiting, "
                + "\(standing.backlog.claimed.grouped) on their way, "
                + "\(standing.backlog.parked.grouped) parked"
        )
        let cases = standing.exceptionCases
        let about = cases == standing.exceptions ? "" : ", about \(cases.grouped) SKUs, levels or orders"
        try console.line("exceptions   \(standing.exceptions.grouped) open\(about)")
        if let orders = standing.orders { try write(orders, console) }
        for source in standing.silent {
            try console.yellow("silent       \(source.sentence)")
        }
        if let lag = standing.lagSeconds { try console.line("lag          \(Age(seconds: lag))") }
    }
}
