import Hummingbird
import InventoryCore
import StateStore
import TidegatePipeline
import TidegateSettings

/// Open exceptions, by their codes and one by one.
struct ExceptionPages: Sendable {
    let pages: PageDesk

    private static let examplesShown = 3

    var routes: [Route] {
        [
            pages.page("/exceptions", query: ["owner", "code", "after"]) { visit in
                if let code = visit.call.query["code"] { return try await list(code, visit) }
                return try await groups(visit)
            },
            pages.form("/exceptions/retry") { visit in
                _ = try await visit.call.form(["who"])
                _ = try await visit.served.perform("retry") { shop, _ in
                    try await shop.state.retryRefused()
                }
                return PageFrame.redirect(
                    to: visit.link.to(
                        "exceptions",
                        query: [
                            ("code", InventoryException.Code.writeRefused.rawValue), ("done", "retried"),
                        ]
                    )
                )
            },
        ]
    }

    private func groups(_ visit: Visit) async throws -> Response {
        var owner: InventoryException.Owner?
        if let name = visit.call.query["owner"] {
            guard let named = InventoryException.Owner(rawValue: name) else {
                throw Fault.badParameter("owner", "There is no such owner of exceptions.")
            }
            owner = named
        }
        let state = visit.shop.state
        let figures = try await ShopFigures(visit.shop, at: visit.now)
        let (counts, opened) = (figures.exceptions, figures.exceptionsSince)
        var counted: [ExceptionGroupsView.Counted] = []
        for (code, count) in counts.sorted(by: { ($0.value, $1.key.rawValue) > ($1.value, $0.key.rawValue) })
        {
            let isShown = owner == nil || code.owner == owner
            counted.append(
                ExceptionGroupsView.Counted(
                    code: code,
                    count: count,
                    opened: opened[code],
                    examples: isShown
                        ? try await state.openExceptions(
                            of: code,
                            after: nil,
                            limit: ExceptionPages.examplesShown
                        ) : []
                )
            )
        }
        let view = ExceptionGroupsView(
            counted,
            owner: owner,
            owners: visit.shop.settings.owners,
            visit.link,
            at: visit.now
        )
        return visit.frame("Exceptions", place: "exceptions").page(view, by: "exception_groups")
    }

    private func list(_ name: String, _ visit: Visit) async throws -> Response {
        guard let code = InventoryException.Code(rawValue: name) else {
            throw Fault.badParameter("code", "There is no exception of that code.")
        }
        let after = try visit.call.query["after"].map { (text) throws(Fault) in try SubjectPlace(text) }
        let state = visit.shop.state
        let view = ExceptionsView(
            code,
            count: try await state.openExceptionCounts()[code] ?? 0,
            try await state.openExceptions(
                of: code,
                after: after?.subject,
                limit: ExceptionsView.rowsShown + 1
            ),
            isFirst: after == nil,
            visit
        )
        return visit.frame("Exceptions: \(code.words)", place: "exceptions").page(view, by: "exceptions")
    }
}
