import Hummingbird
import InventoryCore
import StateStore
import TidegatePipeline
import TidegateSettings

/// Open exceptions as work, one of them with all that it is about, and the forms of what people do.
struct ExceptionPages: Sendable {
    let pages: PageDesk

    private static let one = "/exceptions/{number}"

    var routes: [Route] {
        [
            pages.page("/exceptions", query: ["owner", "severity", "code", "after"], list),
            pages.page(ExceptionPages.one, query: ["after", "names"], show),
            work("assign", ["assignee", "reason"]) { fields, _ in
                guard let assignee = try fields.text("assignee") else {
                    throw Fault.badBody("Name who is to look after it.", place: "assignee")
                }
                let reason = try fields.text("reason")
                return { try await $0.assign($1, to: assignee, reason: reason) }
            },
            work("snooze", ["for", "until", "reason"]) { fields, visit in
                let until = try ExceptionPages.until(fields, visit)
                let reason = try fields.reason()
                return { try await $0.snooze($1, until: until, reason: reason) }
            },
            work("resolve", ["reason"]) { fields, _ in
                let reason = try fields.reason()
                return { _ = try await $0.resolve($1, reason: reason) }
            },
            pages.form("\(ExceptionPages.one)/retry") { visit in
                let number = try ExceptionPages.number(visit)
                let who = try await visit.call.form(["who"]).person()
                _ = try await visit.served.retry(exception: number, who: who, at: visit.now)
                return ExceptionPages.back(to: number, "retried", visit)
            },
        ]
    }

    private func list(_ visit: Visit) async throws -> Response {
        let filter = try ExceptionFilter(visit.call.query)
        let place = try visit.call.query["after"].map { (text) throws(Fault) in
            try ExceptionFilter.place(text)
        }
        let shop = visit.shop
        let view = ExceptionsView(
            try await shop.state.exceptionCounts(by: shop.settings.exceptions.deadlines, at: visit.now),
            try await shop.listedExceptions(
                of: filter.codes,
                after: place,
                limit: ExceptionsView.rowsShown + 1,
                suggestsNames: false
            ),
            filter,
            isFirst: place == nil,
            visit
        )
        return visit.frame("Exceptions", place: "exceptions").page(view, by: "exceptions")
    }

    private func show(_ visit: Visit) async throws -> Response {
        let number = try ExceptionPages.number(visit)
        let after = try visit.call.query["after"].map { (text) throws(Fault) in try SubjectPlace(text) }
        let suggestsNames = visit.call.query["names"] != nil
        let shop = visit.shop
        let listed = try await shop.listedException(number, suggestsNames: false)
        let isHeld = listed.group.code.waitsForDecision
        let view = ExceptionView(
            listed,
            try await shop.exceptionCases(
                of: number,
                after: after?.subject,
                limit: ExceptionView.rowsShown + 1,
                suggestsNames: suggestsNames
            ),
            notes: try await shop.state.exceptionNotes(of: number),
            held: isHeld
                ? try await shop.state.runs(RunFilter(state: .held), limit: ExceptionView.heldShown) : [],
            isFirst: after == nil,
            suggestsNames: suggestsNames,
            visit
        )
        // Whoever types a reason must not lose it.
        return visit.frame("Exception \(number)", place: "exceptions", refreshes: false)
            .page(view, by: "exception")
    }

    // MARK: what people do

    private typealias Deed = @Sendable (ExceptionWork, Int) async throws -> Void

    /// A form that does something about one exception, in the name of whoever it states.
    private func work(
        _ name: String,
        _ keys: Set<String>,
        _ deed: @escaping @Sendable (Fields, Visit) throws -> Deed
    ) -> Route {
        pages.form("\(ExceptionPages.one)/\(name)") { visit in
            let number = try ExceptionPages.number(visit)
            let fields = try await visit.call.form(keys.union(["who"]))
            let (who, now) = (try fields.person(), visit.now)
            let deed = try deed(fields, visit)
            try await visit.served.perform(name) { shop, _ in
                try await deed(ExceptionWork(shop, who: who, at: now), number)
            }
            return ExceptionPages.back(to: number, name, visit)
        }
    }

    private static func back(to number: Int, _ done: String, _ visit: Visit) -> Response {
        PageFrame.redirect(to: visit.link.to("exceptions", "\(number)", query: [("done", done)]))
    }

    private static func number(_ visit: Visit) throws(Fault) -> Int {
        guard let number = Int(visit.call.value("number")) else { throw .unknownException }
        return number
    }

    /// A date or time that is typed counts before a length that is chosen.
    private static func until(_ fields: Fields, _ visit: Visit) throws(Fault) -> Timestamp {
        if let text = try fields.text("until") {
            let zone = visit.shop.settings.exceptions.zone
            if let instant = SnoozeTime.instant(text, zone: zone) { return instant }
            throw .badBody("`until` is a date or a time, such as 2026-12-03 08:00.", place: "until")
        }
        guard let seconds = try fields.text("for").flatMap({ SnoozeTime.seconds($0) }) else {
            throw .badBody("Choose for how long it is put off, or until when.", place: "for")
        }
        return visit.now.adding(seconds: seconds)
    }
}

/// Which exceptions are shown; what is nothing is not asked for.
struct ExceptionFilter: Hashable, Sendable {
    var owner: InventoryException.Owner?
    var severity: ExceptionSeverity?
    var code: InventoryException.Code?

    /// - Throws: `bad_parameter`.
    init(_ query: [String: String]) throws(Fault) {
        owner = try ExceptionFilter.word("owner", in: query)
        severity = try ExceptionFilter.word("severity", in: query)
        code = try ExceptionFilter.word("code", in: query)
    }

    private static func word<Word: RawRepresentable<String> & CaseIterable>(
        _ key: String,
        in query: [String: String]
    ) throws(Fault) -> Word? {
        guard let text = query[key] else { return nil }
        if let word = Word(rawValue: text) { return word }
        let known = Word.allCases.map(\.rawValue).joined(separator: ", ")
        throw .badParameter(key, "`\(key)` is one of \(known).")
    }

    func holds(_ one: InventoryException.Code) -> Bool {
        (code ?? one) == one && (owner ?? one.owner) == one.owner
            && (severity ?? one.severity) == one.severity
    }

    /// In the order of the list.
    var codes: [InventoryException.Code] { InventoryException.Code.bySeverity.filter(holds) }

    /// As the query of an address states it.
    var query: [(String, String?)] {
        [("owner", owner?.rawValue), ("severity", severity?.rawValue), ("code", code?.rawValue)]
    }

    /// Where a page has ended, as an address carries it.
    static func text(of place: ExceptionGroupPlace) -> String { "\(place.code.rawValue).\(place.number)" }

    /// - Throws: `bad_parameter`.
    static func place(_ text: String) throws(Fault) -> ExceptionGroupPlace {
        let parts = text.split(separator: ".")
        guard parts.count == 2, let code = InventoryException.Code(rawValue: String(parts[0])),
            let number = Int(parts[1])
        else { throw .badParameter("after", "`after` is not one that a page has given.") }
        return ExceptionGroupPlace(code: code, number: number)
    }
}

extension InventoryException.Code {
    /// Whether a person's approval or rejection of a held run ends it.
    var waitsForDecision: Bool {
        [.stockHeld, .stockAbsent, .figuresHeld, .shownUnstated].contains(self)
    }
}
