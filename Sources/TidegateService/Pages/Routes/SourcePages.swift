import Foundation
import Hummingbird
import InventoryCore
import StateStore
import TidegatePipeline
import TidegateSettings

/// Sources, one source with its forms, and audits.
struct SourcePages: Sendable {
    let pages: PageDesk

    private static let formKeys: Set<String> = ["reason", "who"]

    var routes: [Route] {
        [
            pages.page("/sources", list),
            pages.page("/sources/{source}", show),
            pages.form("/sources/{source}/pause") { visit in
                let (served, source) = try pages.desk.source(visit.call)
                let fields = try await visit.call.form(SourcePages.formKeys)
                try await served.pause(source.id, reason: try fields.reason(), who: try fields.person())
                return PageFrame.redirect(
                    to: visit.link.to("sources", source.id.text, query: [("done", "paused")])
                )
            },
            pages.form("/sources/{source}/resume") { visit in
                let (served, source) = try pages.desk.source(visit.call)
                _ = try await visit.call.form(SourcePages.formKeys)
                try await served.resume(source.id)
                return PageFrame.redirect(
                    to: visit.link.to("sources", source.id.text, query: [("done", "resumed")])
                )
            },
            pages.page("/audit", audit),
            pages.form("/audit") { visit in
                _ = try await visit.call.form([])
                var options = AuditRun.Options()
                options.sample = AuditView.sampleCount
                _ = try await visit.served.perform("audit") { [options] shop, oro in
                    var run = AuditRun(shop: shop, oro: oro, options: options)
                    return try await run.perform()
                }
                return PageFrame.redirect(to: visit.link.to("audit", query: [("done", "audited")]))
            },
        ]
    }

    private func list(_ visit: Visit) async throws -> Response {
        let sources = try await ListedSource.all(visit.shop.settings, at: visit.now)
        var events: [SourceID: EventStanding] = [:]
        for source in sources where source.settings?.events != nil {
            events[source.id] = try await visit.shop.state.eventStanding(of: source.id)
        }
        let view = SourcesView(
            sources,
            try await visit.served.servedSources(),
            events: events,
            visit.link,
            at: visit.now
        )
        return visit.frame("Sources", place: "sources").page(view, by: "sources")
    }

    private func show(_ visit: Visit) async throws -> Response {
        let name = visit.call.source
        let all = try await ListedSource.all(visit.shop.settings, at: visit.now)
        guard let source = all.first(where: { $0.id == name }) else {
            _ = try visit.shop.settings.source(named: name.text)
            throw SourceRoutes.nothingYet
        }
        let view = SourceView(
            source,
            try await visit.served.servedSources().first { $0.source == name },
            events: try await visit.shop.state.eventStanding(of: name),
            try await visit.shop.state.deliveries(of: name, limit: SourceView.deliveriesShown),
            visit
        )
        return visit.frame("Source \(name)", place: "sources", refreshes: false).page(view, by: "source")
    }

    private func audit(_ visit: Visit) async throws -> Response {
        let last = try await visit.shop.state.lastAudit()
        let report = try last.map { try JSONDecoder().decode(AuditView.Report.self, from: Data($0.json)) }
        let view = AuditView(report, try await visit.shop.state.pastAudits(), visit)
        return visit.frame("Audit", place: "audit").page(view, by: "audit")
    }
}
