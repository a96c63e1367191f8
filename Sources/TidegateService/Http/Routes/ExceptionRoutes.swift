import Foundation
import Hummingbird
import InventoryCore
import Logging
import StateStore
import TidegatePipeline
import TidegateSettings

/// Exceptions as work: lists, and what people do about a group of one cause.
struct ExceptionRoutes: Sendable {
    let desk: ServiceDesk

    private static let one = "/v1/shops/{shop}/exceptions/{id}"

    var routes: [Route] {
        [
            Route(
                .get,
                "/v1/shops/{shop}/exceptions",
                .read,
                query: Page.keys.union(["code", "owner", "severity"]),
                answer: list
            ),
            Route(.get, ExceptionRoutes.one, .read) { call in
                let shop = try desk.shop(call).shop
                let listed = try await shop.listedException(try ExceptionRoutes.number(call))
                let notes = try await shop.state.exceptionNotes(of: listed.group.number)
                return Answer.json(ExceptionRoutes.document(listed, notes, shop.settings, at: call.now))
            },
            Route(.get, "\(ExceptionRoutes.one)/cases", .read, query: Page.keys, answer: cases),
            Route(.post, "\(ExceptionRoutes.one)/assignment", .operate) { call in
                let fields = try await call.fields(["assignee", "reason", "who"])
                guard let assignee = try fields.text("assignee") else {
                    throw Fault.badBody("`assignee` names who looks after it.", place: "assignee")
                }
                let reason = try fields.text("reason")
                return try await work("assignment", call, fields) { work, number in
                    try await work.assign(number, to: assignee, reason: reason)
                }
            },
            Route(.post, "\(ExceptionRoutes.one)/snooze", .operate) { call in
                let fields = try await call.fields(["until", "reason", "who"])
                guard let until = try fields.text("until").flatMap({ Timestamp(rfc3339: $0) }) else {
                    throw Fault.badBody("`until` is a time with an offset.", place: "until")
                }
                let reason = try fields.reason()
                return try await work("snooze", call, fields) { work, number in
                    try await work.snooze(number, until: until, reason: reason)
                }
            },
            Route(.post, "\(ExceptionRoutes.one)/resolution", .operate) { call in
                let fields = try await call.fields(["reason", "who"])
                let reason = try fields.reason()
                return try await work("resolution", call, fields) { work, number in
                    _ = try await work.resolve(number, reason: reason)
                }
            },
            Route(.post, "\(ExceptionRoutes.one)/retry", .operate, answer: retry),
        ]
    }

    private func list(_ call: Call) async throws -> Response {
        let shop = try desk.shop(call).shop
        let page = try Page(call.query)
        let place = try page.cursor.map(ExceptionRoutes.place)
        let codes = try ExceptionFilter(call.query).codes
        let found = try await shop.listedExceptions(of: codes, after: place, limit: page.limit + 1)
        return page.answer(
            found,
            next: { "\($0.group.code.rawValue)|\($0.group.number)" }
        ) { listed in
            ExceptionRoutes.document(listed, nil, shop.settings, at: call.now)
        }
    }

    private static func place(_ cursor: String) throws(Fault) -> ExceptionGroupPlace {
        let parts = cursor.split(separator: "|")
        guard parts.count == 2, let code = InventoryException.Code(rawValue: String(parts[0])),
            let number = Int(parts[1])
        else { throw Page.badCursor }
        return ExceptionGroupPlace(code: code, number: number)
    }

    private static func number(_ call: Call) throws(Fault) -> Int {
        guard let number = Int(call.value("id")) else { throw Fault.unknownException }
        return number
    }

    private static func document(
        _ listed: ListedException,
        _ notes: [ExceptionNote]?,
        _ settings: Settings,
        at now: Timestamp
    ) -> [UInt8] {
        let code = listed.group.code
        let owner = settings.owners[code.owner] ?? code.owner.rawValue
        let line = JSONPieces.line { $0.append(listed, owner: owner, at: now) }
        guard let notes else { return line }
        let written = notes.map { note in JSONPieces.line { $0.append(note) } }
        return JSONPieces.object(line, and: [("notes", JSONPieces.array(written))])
    }

    /// Every SKU, level or order of a group.
    private func cases(_ call: Call) async throws -> Response {
        let shop = try desk.shop(call).shop
        let page = try Page(call.query)
        let after = try page.cursor.map { (text) throws(Fault) in try SubjectCursor(text).subject }
        let number = try ExceptionRoutes.number(call)
        let found = try await shop.exceptionCases(of: number, after: after, limit: page.limit + 1)
        return page.answer(found, next: { SubjectCursor($0.subject).text }) { one in
            JSONPieces.line { $0.append(one) }
        }
    }

    // MARK: what people do

    private func work(
        _ name: String,
        _ call: Call,
        _ fields: Fields,
        _ body: @escaping @Sendable (ExceptionWork, Int) async throws -> Void
    ) async throws -> Response {
        let number = try ExceptionRoutes.number(call)
        let (who, now) = (try call.who(fields), call.now)
        try await desk.shop(call).perform(name) { shop, _ in
            try await body(ExceptionWork(shop, who: who, at: now), number)
        }
        call.logger.notice(
            "exception",
            metadata: ["exception": .stringConvertible(number), "who": .string(who), "work": .string(name)]
        )
        return Answer.empty
    }

    private func retry(_ call: Call) async throws -> Response {
        let service = try desk.shop(call)
        let fields = try await call.fields(["reason", "who"])
        let number = try ExceptionRoutes.number(call)
        let (who, now) = (try call.who(fields), call.now)
        let (retried, runs) = try await service.retry(exception: number, who: who, at: now)
        switch retried {
        case .writes(let count): return Answer.object { $0.field("writes", count) }
        case .figures(let run): return Answer.object { $0.field("run", run?.text) }
        case .withNextRun: return Answer.object { $0.field("with_next_run", true) }
        case .sources:
            return Answer.object { line in
                line.array("runs") { line in
                    for run in runs { line.object { $0.field("run", run.text) } }
                }
            }
        }
    }
}

extension ShopService {
    /// Tries again what an exception is about; where sources are to be read, it begins their runs.
    ///
    /// - Throws: `unknown_exception`, `exception_closed`, `not_retried`, `queue_full`.
    func retry(
        exception number: Int,
        who: String,
        at now: Timestamp
    ) async throws -> (retried: ExceptionWork.Retried, runs: [RunID]) {
        let retried = try await perform("retry") { shop, oro in
            try await ExceptionWork(shop, who: who, at: now).retry(number, oro: oro)
        }
        guard case .sources(let sources) = retried else { return (retried, []) }
        var runs: [RunID] = []
        for source in sources { runs.append(try startRun(of: source)) }
        return (retried, runs)
    }
}

/// Where a page of a group's exceptions has ended: the fields of a subject as one text.
private struct SubjectCursor {
    let subject: Subject

    private static let separator = "\u{1F}"

    init(_ subject: Subject) {
        self.subject = subject
    }

    var text: String {
        let fields = [
            subject.sku?.text, subject.unit?.text, subject.warehouse, subject.location?.text,
            subject.site?.text, subject.source?.text, subject.order,
        ]
        return fields.map { $0 ?? "" }.joined(separator: SubjectCursor.separator)
    }

    /// - Throws: `bad_parameter`.
    init(_ text: String) throws(Fault) {
        let fields = text.components(separatedBy: SubjectCursor.separator)
        guard fields.count == 7 else { throw Page.badCursor }
        subject = Subject(
            sku: SKU(fields[0]),
            unit: StockUnit(fields[1]),
            warehouse: fields[2],
            location: Location(fields[3]),
            site: SiteID(fields[4]),
            source: SourceID(fields[5]),
            order: fields[6]
        )
    }
}
