import Hummingbird
import InventoryCore
import StateStore
import TidegatePipeline
import TidegateSettings

/// Sources: what they last said, what they do next, and how people stop and reset them.
struct SourceRoutes: Sendable {
    let desk: ServiceDesk

    private static let source = "/v1/shops/{shop}/sources/{source}"

    var routes: [Route] {
        [
            Route(.get, "/v1/shops/{shop}/sources", .read, query: Page.keys) { call in
                let page = try Page(call.query)
                let offset = try page.offset()
                let all = try await documents(try desk.shop(call), at: call.now)
                return try page.answer(counted: all.dropFirst(offset).prefix(page.limit + 1)) { $0.json }
            },
            Route(.get, SourceRoutes.source, .read) { call in
                let shop = try desk.shop(call)
                let all = try await documents(shop, at: call.now)
                guard let one = all.first(where: { $0.id == call.source }) else {
                    _ = try shop.shop.settings.source(named: call.source.text)
                    throw SourceRoutes.nothingYet
                }
                return Answer.json(one.json)
            },
            Route(.get, "\(SourceRoutes.source)/deliveries", .read, query: Page.keys, answer: deliveries),
            Route(.post, "\(SourceRoutes.source)/pause", .operate) { call in
                let (shop, source) = try desk.source(call)
                let fields = try await call.fields(["reason", "who"])
                try await shop.pause(source.id, reason: try fields.reason(), who: try call.who(fields))
                return Answer.empty
            },
            Route(.post, "\(SourceRoutes.source)/resume", .operate) { call in
                let (shop, source) = try desk.source(call)
                _ = try await call.fields(["reason", "who"])
                try await shop.resume(source.id)
                return Answer.empty
            },
            Route(.post, "\(SourceRoutes.source)/reset", .operate, answer: reset),
        ]
    }

    static let nothingYet = Fault(
        .inputMissing,
        code: "nothing_yet",
        message: "The source has said nothing yet.",
        hint: "Start a run of it."
    )

    private func documents(
        _ shop: any ShopService,
        at now: Timestamp
    ) async throws -> [(id: SourceID, json: [UInt8])] {
        let agenda = try await shop.servedSources()
        return try await ListedSource.all(shop.shop.settings, at: now).map { source in
            let next = JSONPieces.line { line in
                line.object { $0.fields(agenda.first { $0.source == source.id }) }
            }
            let own = JSONPieces.line { $0.append(source) }
            return (source.id, own.dropLast() + [UInt8(ascii: ",")] + next.dropFirst())
        }
    }

    private func deliveries(_ call: Call) async throws -> Response {
        let (shop, source) = try desk.source(call)
        let page = try Page(call.query)
        let offset = try page.offset()
        let all = try await shop.shop.state.deliveries(of: source.id, limit: offset + page.limit + 1)
        return try page.answer(counted: all.dropFirst(offset)) { one in JSONPieces.line { $0.append(one) } }
    }

    private func reset(_ call: Call) async throws -> Response {
        let (shop, source) = try desk.source(call)
        let fields = try await call.fields(["reason", "who", "to_run"])
        let (reason, who, run) = (try fields.reason(), try call.who(fields), try fields.text("to_run"))
        let reset = try await shop.perform("reset") { shop, _ in
            try await MarkReset(shop).perform(source.id, toRun: run, who: who, reason: reason)
        }
        return Answer.object { line in
            line.field("source", source.id.text)
            line.field("at", reset.at.description)
            line.field("who", reset.who)
            line.field("reason", reset.reason)
            line.field("to_run", reset.toRun?.text)
            line.object("before") { line in
                line.field("sequence", reset.before?.sequence.map { Int($0) })
                line.field("as_of", reset.before?.asOf?.description)
            }
        }
    }
}
