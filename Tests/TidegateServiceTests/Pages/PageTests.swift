import Foundation
import InventoryCore
import StateStore
import Testing

@testable import TidegatePipeline
@testable import TidegateService

@Suite("The pages", .serialized)
struct PageTests {
    private static let paths = [
        "/", "/runs", "/exceptions", "/exceptions?code=unknown_sku",
        "/exceptions?owner=sales&severity=notice",
        "/exceptions/1", "/exceptions/1?names=near", "/levels", "/fences",
        "/fences?count=all",
        "/orders", "/sources", "/sources/main", "/audit", "/sku", "/sku/AB-1", "/sku?sku=AB-1",
        "/sku/AB-1?days=7",
    ]
    private static let rules = """
        orders: { acknowledge: booked }
        fences:
          gold:
            customer_group: Gold
            rank: 1
            rules: [{ match: { sku: "AB-*" }, hold: floor, quantity: 6 }]
        """

    @Test("every page is there, says what it is, and is kept small and strict")
    func pages() async throws {
        try await HTTPStage.run(more: Self.rules) { stage in
            try await stage.sync(["AB-1": 5, "AB-2": 7, "NONE": 1])
            for path in Self.paths {
                let page = try await stage.visit(path)
                #expect(page.status == 200, "\(path)")
                #expect(page.headers["content-type"] == "text/html; charset=utf-8", "\(path)")
                let policy = page.headers["content-security-policy"] ?? ""
                #expect(policy.hasPrefix("default-src 'none'") && policy.contains("frame-ancestors 'none'"))
                #expect(!policy.contains("unsafe"))
                #expect(page.headers["x-content-type-options"] == "nosniff")
                #expect(page.headers["cache-control"] == "no-store")
                #expect(page.html.utf8.count < 60_000, "\(path): \(page.html.utf8.count)")
                #expect(page.html.contains("<main id=\"main\"") && page.html.contains("</html>"), "\(path)")
                for banned in [" style=", "onclick=", "javascript:", "{{", "Optional("] {
                    #expect(!page.html.contains(banned), "\(path) has \(banned)")
                }
                let scripts = page.html.components(separatedBy: "<script").dropFirst()
                #expect(scripts.allSatisfy { $0.hasPrefix(" src=\"/assets/") }, "\(path)")
                // Every table says what it is, and every chart has a twin.
                let tables = page.html.components(separatedBy: "<table").count
                #expect(tables == page.html.components(separatedBy: "<caption>").count, "\(path)")
                let charts = page.html.components(separatedBy: "role=\"img\"").count
                #expect(charts == page.html.components(separatedBy: "class=\"twin\"").count, "\(path)")
            }
        }
    }

    @Test("the first page tells in a sentence whether the shop is true, and links every number to its list")
    func standing() async throws {
        try await HTTPStage.run(more: Self.rules) { stage in
            let empty = try await stage.visit("/")
            #expect(empty.html.contains("has not confirmed a whole delivery yet"))
            try await stage.sync(["AB-1": 5, "AB-2": 7, "NONE": 1])
            let page = try await stage.visit("/")
            #expect(page.html.contains("The location shows what was read at"), "\(page.html)")
            #expect(page.html.contains("nothing is under way"))
            for link in ["/levels?standing=zero", "/exceptions?owner=master_data", "/sources", "/runs"] {
                #expect(page.html.contains("href=\"\(link)\""), "\(link)")
            }
            #expect(page.html.contains("1 open exception"))
        }
    }

    @Test(
        "names are harmless wherever they come from",
        arguments: [
            "<script>alert(1)</script>", "\"><img src=x>", "' onmouseover='x", "\"\u{301} autofocus=\"",
            "&lt;b&gt;", "{{shop}}", "a/b?c#d", "..",
        ]
    )
    func hostileNames(sku: String) async throws {
        try await HTTPStage.run(more: Self.rules) { stage in
            // Quotes are doubled as CSV has them, one by one: with a mark on it one is another character.
            let quoted = sku.unicodeScalars.map { $0 == "\"" ? "\"\"" : String($0) }.joined()
            try await stage.sync(["AB-1": 5, "\"\(quoted)\"": 1])
            let address = PageLink(shop: nil).to(SKU(sku))
            for path in ["/", "/exceptions", "/exceptions/1", "/exceptions/1?names=near", address] {
                let page = try await stage.visit(path)
                #expect(page.status == 200, "\(path)")
                for banned in [
                    "<script>", "<img", "' onmouseover", "\" autofocus=\"\"", "\"\u{301}", "<b>",
                    "\u{301} autofocus=\"\"",
                ] {
                    let text = String(decoding: page.html.utf8, as: UTF8.self)
                    #expect(!text.utf8.contains(sequence: banned.utf8), "\(path) has \(banned)")
                }
            }
            let list = try await stage.visit("/exceptions?code=unknown_sku")
            #expect(list.html.utf8.contains(sequence: PageText.escaped(sku).utf8))
            #expect(list.html.contains("href=\"\(PageText.escaped(address))\""))
        }
    }

    @Test("errors are pages for browsers and problem details for programs, and say how to mend them")
    func problems() async throws {
        try await HTTPStage.run { stage in
            try await stage.sync(["AB-1": 5])
            let cases: [(path: String, status: Int, code: String)] = [
                ("/nothing", 404, "no_such_path"), ("/sku/ab-1", 404, "unknown_sku"),
                ("/runs/2099", 404, "unknown_run"), ("/sources/other", 404, "unknown_source"),
                ("/?shop=other", 404, "unknown_shop"), ("/runs?state=odd", 400, "bad_parameter"),
                ("/runs?colour=red", 400, "unknown_parameter"),
                ("/exceptions?code=odd", 400, "bad_parameter"),
                ("/exceptions?severity=odd", 400, "bad_parameter"),
                ("/exceptions/77", 404, "unknown_exception"), ("/exceptions/one", 404, "unknown_exception"),
                ("/sku/AB-1?days=3", 400, "bad_parameter"),
                ("/exceptions?code=drift&after=AAAA", 400, "bad_parameter"),
                ("/levels?standing=odd", 400, "bad_parameter"), ("/orders", 409, "orders_not_read"),
            ]
            for one in cases {
                let page = try await stage.visit(one.path)
                #expect(page.status == one.status, "\(one.path)")
                #expect(page.html.contains("<code>\(one.code)</code>"), "\(one.path)")
                #expect(page.html.contains("How to mend it"), "\(one.path)")
                #expect(page.headers["content-security-policy"] != nil, "\(one.path)")
                let problem = try await stage.get(one.path)
                #expect(problem.status == one.status && problem["code"] == one.code, "\(one.path)")
            }
            let near = try await stage.visit("/sku/ab-1")
            #expect(near.html.contains("AB-1"), "what is near is suggested")
        }
    }

    @Test("the cases of an exception come in pages that lead on until the end, each once")
    func lists() async throws {
        try await HTTPStage.run { stage in
            let names = (1...120).map { "NONE-\($0 + 1000)" }
            try await stage.sync(Dictionary(uniqueKeysWithValues: names.map { ($0, 1) }))
            let list = try await stage.visit("/exceptions")
            #expect(list.html.contains("1 exception is open with 120 cases"), "\(list.html)")
            var path = try #require(Self.links(in: list.html, to: "/exceptions/").first)
            var seen: [String] = []
            for _ in 0..<3 {
                let page = try await stage.visit(path)
                seen += page.html.components(separatedBy: "<th scope=\"row\"><a href=\"/sku/").dropFirst()
                    .map { String($0.prefix { $0 != "\"" }) }
                guard let next = page.html.components(separatedBy: "rel=\"next\" href=\"").dropFirst().first
                else { break }
                path = String(next.prefix { $0 != "\"" }).replacing("&amp;", with: "&")
            }
            #expect(seen.sorted() == names.sorted())
        }
    }

    @Test("exceptions are listed by cause, the gravest first, filtered, and each once over all pages")
    func causes() async throws {
        try await HTTPStage.run { stage in
            try await stage.sync(["AB-1": 5, "NONE": 1])
            var changes = ExceptionChanges()
            changes.occurred = (0..<70).map { number in
                let unit = StockUnit("U\(100 + number)")
                return InventoryException(
                    code: .unknownUnit,
                    subject: Subject(sku: "AB-1", unit: unit),
                    message: "\(unit) is unknown."
                )
            }
            changes.occurred.append(
                InventoryException(code: .oversold, subject: Subject(sku: "AB-1"), message: "oversold")
            )
            try await stage.shop.shop.state.apply(changes, at: .now)
            let all = try await stage.visit("/exceptions")
            let first = try #require(all.html.range(of: "oversold"))
            #expect(first.lowerBound < (try #require(all.html.range(of: "unknown unit"))).lowerBound)
            #expect(all.html.utf8.count < 60_000, "\(all.html.utf8.count)")
            var numbers = Self.links(in: all.html, to: "/exceptions/")
            let next = try #require(Self.links(in: all.html, to: "/exceptions?after=").first)
            numbers += Self.links(in: try await stage.visit(next).html, to: "/exceptions/")
            #expect(numbers.count == 72 && Set(numbers).count == 72)
            let notices = try await stage.visit("/exceptions?owner=master_data&severity=notice").html
            #expect(Self.links(in: notices, to: "/exceptions/").count == 1, "\(notices)")
            #expect(notices.contains("1 notice exception is open for master data"))
        }
    }

    /// The addresses of links that begin so, in the order of the page.
    private static func links(in html: String, to start: String) -> [String] {
        html.components(separatedBy: "href=\"\(start)").dropFirst().map { part in
            (start + part.prefix { $0 != "\"" }).replacing("&amp;", with: "&")
        }
    }

    @Test("a SKU's page draws what has become of its stock and figures, with who, why and by which run")
    func past() async throws {
        try await HTTPStage.run { stage in
            try await stage.sync(["AB-1": 5, "AB-2": 7])
            try await stage.sync(["AB-1": 4, "AB-2": 7])
            let page = try await stage.visit("/sku/AB-1").html
            #expect(page.contains("Stock and figures over time"), "\(page)")
            let said = "In stock, base units: from 4 to 5; The shop shows: item: from 4 to 5"
            #expect(page.contains(said), "\(page)")
            #expect(page.contains("5 → 4") && page.contains("a delivery"), "\(page)")
            #expect(page.contains("/runs/2"), "\(page)")
            #expect(page.contains("+ WH-1 (4 EA)"), "\(page)")
        }
    }

    @Test("what the pages refer to can be kept for ever, since its address names its content")
    func assets() async throws {
        try await HTTPStage.run { stage in
            let page = try await stage.visit("/")
            for asset in PageAsset.all {
                #expect(page.html.contains(asset.address))
                let file = try await stage.visit(asset.address)
                #expect(file.status == 200 && file.headers["content-type"] == asset.type)
                #expect(file.headers["cache-control"]?.contains("immutable") == true)
                #expect(file.html.utf8.count == asset.bytes.count)
            }
            let size = page.html.utf8.count + PageAsset.all.map(\.bytes.count).reduce(0, +)
            #expect(size < 60_000, "the first view has \(size) bytes")
        }
    }

    @Test("every template is well formed and is used")
    func templates() {
        let names = PageTemplates.sources.map(\.name)
        #expect(Set(names).count == names.count)
        #expect(PageTemplates.all.write(ShownTime(.now, at: .now), by: "time").contains("0 s ago"))
    }
}

extension Sequence where Element == UInt8 {
    /// Whether these bytes stand in it: texts are compared by characters, which hides a quote with a mark.
    func contains(sequence other: some Sequence<UInt8>) -> Bool {
        let (own, part) = (Array(self), Array(other))
        guard part.count <= own.count else { return false }
        return own.indices.dropLast(part.count - 1).contains {
            own[$0..<($0 + part.count)].elementsEqual(part)
        }
    }
}
