import Hummingbird
import InventoryCore
import Logging
import StateStore
import TidegatePipeline
import TidegateSettings

/// Exceptions: lists, and what people do about one.
struct ExceptionRoutes: Sendable {
    let desk: ServiceDesk

    private static let one = "/v1/shops/{shop}/exceptions/{id}"
    /// Open exceptions of one code among which one without an SKU is looked for.
    private static let searchedMax = 10_000
    private static let snoozeSecondsMax: Int64 = 90 * 86400

    var routes: [Route] {
        [
            Route(
                .get,
                "/v1/shops/{shop}/exceptions",
                .read,
                query: Page.keys.union(["code", "owner"]),
                answer: list
            ),
            Route(.get, ExceptionRoutes.one, .read) { call in
                let shop = try desk.shop(call).shop
                let found = try await find(call, in: shop)
                let notes = try await shop.state.exceptionNotes()
                return Answer.json(ExceptionRoutes.document(found, notes, shop.settings))
            },
            Route(.post, "\(ExceptionRoutes.one)/assignment", .operate) { call in
                let fields = try await call.fields(["assignee", "reason", "who"])
                let assignee = try fields.text("assignee")
                guard let assignee, !assignee.isEmpty, assignee.utf8.count <= 200 else {
                    throw Fault.badBody("`assignee` names who looks after it.", place: "assignee")
                }
                let reason = try fields.text("reason")
                return try await note(call, fields) { note in
                    note.assignee = assignee
                    if let reason { note.reason = String(reason.prefix(Call.reasonBytesMax)) }
                }
            },
            Route(.post, "\(ExceptionRoutes.one)/snooze", .operate) { call in
                let fields = try await call.fields(["until", "reason", "who"])
                let until = try fields.text("until").flatMap { Timestamp(rfc3339: $0) }
                let latest = call.now.adding(seconds: ExceptionRoutes.snoozeSecondsMax)
                guard let until, until > call.now, until <= latest else {
                    throw Fault.badBody(
                        "`until` is a time with an offset, at most 90 days from now.",
                        place: "until"
                    )
                }
                let reason = try fields.reason()
                return try await note(call, fields) { note in
                    note.snoozedUntil = until
                    note.reason = reason
                }
            },
            Route(.post, "\(ExceptionRoutes.one)/resolution", .operate, answer: resolve),
            Route(.post, "\(ExceptionRoutes.one)/retry", .operate, answer: retry),
        ]
    }

    private func list(_ call: Call) async throws -> Response {
        let shop = try desk.shop(call).shop
        let page = try Page(call.query)
        let offset = try page.offset()
        let count = offset + page.limit + 1
        var found: [ListedException] = []
        for code in try codes(call) where found.count < count {
            found += try await shop.listedExceptions(code: code, limit: count - found.count)
        }
        let notes = try await shop.state.exceptionNotes()
        return try page.answer(counted: found.dropFirst(offset)) { listed in
            ExceptionRoutes.document(listed, notes, shop.settings)
        }
    }

    /// The codes that are asked for, in the order of the list; nothing stands for all.
    private func codes(_ call: Call) throws(Fault) -> [InventoryException.Code?] {
        let all = InventoryException.Code.allCases.sorted { $0.rawValue < $1.rawValue }
        var chosen: [InventoryException.Code]?
        if let text = call.query["code"] {
            guard let code = InventoryException.Code(rawValue: text) else {
                throw .badParameter("code", "There is no exception of that code.")
            }
            chosen = [code]
        }
        if let text = call.query["owner"] {
            guard let owner = InventoryException.Owner(rawValue: text) else {
                let known = InventoryException.Owner.allCases.map(\.rawValue).joined(separator: ", ")
                throw .badParameter("owner", "`owner` is one of \(known).")
            }
            chosen = (chosen ?? all).filter { $0.owner == owner }
        }
        return chosen ?? [nil]
    }

    private static func document(
        _ listed: ListedException,
        _ notes: [String: ExceptionNote],
        _ settings: Settings
    ) -> [UInt8] {
        let exception = listed.stored.exception
        let name = ExceptionName(of: exception).text
        let note = notes[name]
        let owner = settings.owners[exception.code.owner] ?? exception.code.owner.rawValue
        return JSONPieces.object(
            JSONPieces.line { $0.append(listed, owner: owner) },
            and: [
                ("id", JSONPieces.string(name)), ("assignee", JSONPieces.string(note?.assignee)),
                ("snoozed_until", JSONPieces.string(note?.snoozedUntil?.description)),
                ("note", JSONPieces.string(note?.reason)), ("noted_by", JSONPieces.string(note?.who)),
            ]
        )
    }

    /// - Throws: `unknown_exception`.
    private func find(_ call: Call, in shop: Shop) async throws -> ListedException {
        let key = try ExceptionName(call.value("id")).key
        var open: [StoredException] = []
        if let sku = key.subject.sku { open = try await shop.state.openExceptions(of: [sku]) }
        if let one = open.first(where: { $0.exception.key == key }) {
            return try await shop.listed(one)
        }
        let listed = try await shop.listedExceptions(code: key.code, limit: ExceptionRoutes.searchedMax)
        guard let one = listed.first(where: { $0.stored.exception.key == key }) else {
            throw ExceptionName.unknown
        }
        return one
    }

    // MARK: what people do

    private func note(
        _ call: Call,
        _ fields: Fields,
        _ change: @escaping @Sendable (inout ExceptionNote) -> Void
    ) async throws -> Response {
        let shop = try desk.shop(call)
        _ = try await find(call, in: shop.shop)
        let name = try ExceptionName(call.value("id")).text
        let (who, now) = (try call.who(fields), call.now)
        try await shop.perform("note") { shop, _ in
            try await shop.state.note(name) { note in
                var note = note ?? ExceptionNote(who: who, at: now)
                note.who = who
                note.at = now
                change(&note)
                return note
            }
        }
        return Answer.empty
    }

    /// A person says that it is mended; where it is not, the next run opens it again.
    private func resolve(_ call: Call) async throws -> Response {
        let shop = try desk.shop(call)
        let fields = try await call.fields(["reason", "who"])
        let (reason, who) = (try fields.reason(), try call.who(fields))
        let listed = try await find(call, in: shop.shop)
        guard listed.stored.skus == nil else { throw ExceptionRoutes.group }
        let name = try ExceptionName(call.value("id"))
        let now = call.now
        try await shop.perform("resolution") { shop, _ in
            var changes = ExceptionChanges()
            changes.mended = [name.key]
            try await shop.state.apply(changes, at: now)
            try await shop.state.note(name.text) { _ in nil }
        }
        call.logger.notice(
            "exception resolved",
            metadata: [
                "exception": .string(name.key.code.rawValue), "who": .string(who), "reason": .string(reason),
            ]
        )
        return Answer.empty
    }

    private static let group = Fault(
        .badInput,
        code: "exception_of_many",
        message: "It stands for many SKUs with one cause.",
        hint: "Mend the cause; it ends with the next run."
    )

    /// Sends refused writes again.
    private func retry(_ call: Call) async throws -> Response {
        let shop = try desk.shop(call)
        _ = try await call.fields(["reason", "who"])
        let found = try await find(call, in: shop.shop)
        guard found.stored.exception.code == .writeRefused else {
            throw Fault(
                .badInput,
                code: "not_retried",
                message: "Only refused writes can be tried again; this is looked at with every run.",
                hint: "Start a run once the cause is mended."
            )
        }
        let count = try await shop.perform("retry") { shop, _ in try await shop.state.retryRefused() }
        return Answer.object { $0.field("writes", count) }
    }
}
