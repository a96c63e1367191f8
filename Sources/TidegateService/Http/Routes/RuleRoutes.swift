import Foundation
import Hummingbird
import InventoryCore
import StateStore
import TidegatePipeline
import TidegateSettings

/// Fences, and what other rules would do.
struct RuleRoutes: Sendable {
    let desk: ServiceDesk

    private static let textBytesMax = 1 << 20
    private static let mediaTypes = ["application/yaml", "application/x-yaml", "text/yaml", "text/plain"]

    var routes: [Route] {
        [
            Route(.get, "/v1/shops/{shop}/fences", .read, query: Page.keys) { call in
                let shop = try desk.shop(call).shop
                let page = try Page(call.query)
                let offset = try page.offset()
                let totals = try await FenceTotals(in: shop)
                let fences = shop.settings.rules.fences.dropFirst(offset).prefix(page.limit + 1)
                return try page.answer(counted: fences) { fence in
                    JSONPieces.line { $0.append(fence, totals) }
                }
            },
            Route(.post, "/v1/shops/{shop}/rules/comparison", .read, answer: compare),
        ]
    }

    private func compare(_ call: Call) async throws -> Response {
        let shop = try desk.shop(call).shop
        try call.requireMediaType(RuleRoutes.mediaTypes)
        let bytes = try await call.bytes(max: RuleRoutes.textBytesMax)
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw Fault.badBody("The rules are not UTF-8.")
        }
        let rules: RulesFile
        do {
            rules = try RulesFile.read(text: text, name: "rules")
        } catch {
            let fault = Fault(rules: error)
            throw Fault(.badInput, code: fault.code, message: fault.message, hint: fault.hint)
        }
        let comparison = try await desk.comparisons.perform {
            try await RuleComparison(
                from: RulesFile(of: shop.settings),
                to: rules,
                at: call.now,
                in: shop
            )
        }
        return Answer.json(comparison.change.json)
    }
}

/// How much each fence got with the last run that divided stock.
private struct FenceTotals {
    let run: RunID?
    private let sites: [Certificate.Site]

    init(in shop: Shop) async throws {
        let runs = try await shop.state.lastRuns(limit: 20, withEvents: false)
        for run in runs where run.planDigest != nil {
            let shown = try await ShownRun(run.id.text, in: shop)
            guard let bytes = shown.certificate, let certificate = Certificate(bytes) else { continue }
            self.run = run.id
            sites = certificate.sites
            return
        }
        run = nil
        sites = []
    }

    func pools(of fence: FenceID) -> [(site: String, pool: Certificate.Pool)] {
        sites.flatMap { site in
            site.pools.filter { $0.pool == fence.text }.map { (site.site, $0) }
        }
    }
}

extension JSONLine {
    fileprivate mutating func append(_ fence: Fence, _ totals: FenceTotals) {
        object { line in
            line.field("fence", fence.id.text)
            line.field("customer_group", fence.customerGroup)
            line.field("rank", fence.rank)
            line.field("rules", fence.rules.count)
            switch fence.publish {
            case .warehouse(let name): line.field("warehouse", name)
            case .skuAlias(let template): line.field("sku_alias", template)
            case .withhold: line.field("withheld", true)
            }
            line.field("run", totals.run?.text)
            line.array("sites") { line in
                for (site, pool) in totals.pools(of: fence.id) {
                    line.object { line in
                        line.field("site", site)
                        line.field("carved", pool.carved)
                        line.field("dedicated", pool.dedicated)
                        line.field("allocated", pool.allocated)
                    }
                }
            }
        }
    }
}

/// What a run's certificate says of the pools.
private struct Certificate: Decodable {
    let sites: [Site]

    struct Site: Decodable {
        let site: String
        let pools: [Pool]
    }

    struct Pool: Decodable {
        let pool: String
        let carved: String
        let dedicated: String
        let allocated: String
    }

    /// Nothing where the certificate is of a version that said it otherwise.
    init?(_ json: [UInt8]) {
        guard let read = try? JSONDecoder().decode(Certificate.self, from: Data(json)) else { return nil }
        self = read
    }
}
