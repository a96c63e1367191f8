import Hummingbird
import InventoryCore
import StateStore
import TidegatePipeline

/// The first page, what is being sent, and the push.
struct StandingPages: Sendable {
    let pages: PageDesk

    private static let formKeys: Set<String> = ["reason", "who"]

    var routes: [Route] {
        [
            pages.page("/") { visit in
                let facts = try await StandingFacts(of: visit.served, at: visit.now)
                return visit.frame("How things stand", place: "")
                    .page(StandingView(facts, visit.link), by: "standing")
            },
            pages.page("/levels", query: ["standing"], levels),
            pages.form("/push/pause") { visit in
                let fields = try await visit.call.form(StandingPages.formKeys)
                try await visit.served.pausePush(reason: try fields.reason(), who: try fields.person())
                return PageFrame.redirect(to: visit.link.to("levels", query: [("done", "paused")]))
            },
            pages.form("/push/resume") { visit in
                _ = try await visit.call.form(StandingPages.formKeys)
                try await visit.served.resumePush()
                return PageFrame.redirect(to: visit.link.to("levels", query: [("done", "resumed")]))
            },
        ]
    }

    private func levels(_ visit: Visit) async throws -> Response {
        let state = visit.shop.state
        let backlog = try await state.backlog()
        let list: LevelList
        if let name = visit.call.query["standing"] {
            guard let named = LevelList(rawValue: name) else {
                throw Fault.badParameter("standing", "There is no such list of levels.")
            }
            list = named
        } else {
            list = LevelList.allCases.first { backlog.count(of: $0) > 0 } ?? .zero
        }
        let view = LevelsView(
            backlog,
            list,
            try await state.levels(in: list.part, limit: LevelsView.rowsShown),
            await visit.served.pushPause(),
            try await PushStanding(state).trouble,
            visit
        )
        return visit.frame("Push", place: "levels", refreshes: false).page(view, by: "levels")
    }
}
