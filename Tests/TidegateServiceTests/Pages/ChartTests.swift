import InventoryCore
import StateStore
import Testing

@testable import TidegatePipeline
@testable import TidegateService

@Suite("Charts as text")
struct ChartTests {
    @Test("a row of bars has its letters, its parts by share and its limit, and a table that says the same")
    func bars() {
        let chart = BarRows(
            id: "b",
            title: "Ages",
            says: "One is old.",
            rows: [
                BarRows.Row(
                    label: "WH-1",
                    value: "30 s",
                    parts: [BarRows.Part(from: 0, to: 30, kind: "good")],
                    marks: [BarRows.Mark(at: 60, kind: "limit")]
                )
            ],
            table: Chart.Table("Ages", ["Location", "Age"], [["WH-1", "30 s"]])
        ).chart()
        #expect(chart.svg.hasPrefix("<svg class=\"chart\" role=\"img\" width=\"100%\" height=\"38\""))
        #expect(chart.svg.contains("aria-labelledby=\"b-title b-desc\""))
        #expect(
            chart.svg.contains("<title id=\"b-title\">Ages</title><desc id=\"b-desc\">One is old.</desc>")
        )
        #expect(chart.svg.contains("x=\"0%\" width=\"50%\" class=\"part good\""))
        #expect(chart.svg.contains("x1=\"100%\" x2=\"100%\""))
        #expect(chart.html.contains("<th scope=\"row\">WH-1</th><td>30 s</td>"))
    }

    @Test("nothing to draw is drawn as nothing, without a division by it")
    func empty() {
        let table = Chart.Table("Nothing", [], [])
        let bars = BarRows(id: "b", title: "", says: "", rows: [], table: table).chart()
        let columns = Columns(id: "c", title: "", says: "", columns: [], table: table).chart
        let dots = DotRow(id: "d", title: "", says: "", dots: [], table: table).chart
        for svg in [bars.svg, columns.svg, dots.svg] {
            #expect(svg.hasSuffix("</svg>") && !svg.contains("nan") && !svg.contains("inf"))
        }
        let flat = BarRows.Row(label: "a", value: "0", parts: [BarRows.Part(from: 0, to: 0, kind: "good")])
        let zero = BarRows(id: "z", title: "", says: "", rows: [flat], table: table).chart()
        #expect(!zero.svg.contains("part good"))
    }

    @Test("names in charts are harmless, and long ones are cut")
    func escaping() {
        let name = "\"><script>" + String(repeating: "x", count: 100)
        let row = BarRows.Row(label: name, value: "<1", parts: [])
        let table = Chart.Table(name, [name], [[name]])
        let chart = BarRows(id: "b", title: name, says: name, rows: [row], table: table).chart()
        #expect(!chart.html.contains("<script"))
        #expect(chart.html.contains("&quot;&gt;&lt;script&gt;"))
        #expect(chart.svg.contains("…</text>"))
    }

    @Test("a column that has few is seen beside one that has many")
    func columns() {
        let columns = [
            Columns.Column(label: "few", count: 1, kind: "good"),
            Columns.Column(label: "many", count: 100_000, kind: "warn"),
            Columns.Column(label: "none", count: 0, kind: "idle"),
        ]
        let table = Chart.Table("", [], [])
        let svg = Columns(id: "c", title: "", says: "", columns: columns, table: table).chart.svg
        #expect(svg.contains("height=\"2\" class=\"part good\""))
        #expect(svg.contains("height=\"90\" class=\"part warn\""))
        #expect(svg.contains("height=\"0\" class=\"part idle\""))
        #expect(svg.contains(">100,000</text>"))
    }

    @Test("areas lie one on the other, and the whole hour is as wide as the drawing")
    func areas() {
        let now = Timestamp(microseconds: 1_764_583_092_000_000)
        func point(_ minutesAgo: Int64, zero: Int, sent: Int) -> BacklogPoint {
            var backlog = Backlog()
            backlog.waiting[.zero] = zero
            backlog.claimed = sent
            return BacklogPoint(backlog, at: now.adding(seconds: -60 * minutesAgo))
        }
        #expect(BacklogHour([point(1, zero: 1, sent: 1)], at: now).chart == nil)
        let points = [
            point(60, zero: 0, sent: 0), point(30, zero: 25, sent: 75), point(0, zero: 0, sent: 50),
        ]
        let chart = BacklogHour(points, at: now).chart
        let svg = chart?.svg ?? ""
        #expect(
            svg.contains("d=\"M0 1000L500 750L1000 1000L1000 1000L500 1000L0 1000Z\" class=\"part zero\"")
        )
        #expect(svg.contains("d=\"M0 1000L500 0L1000 500L1000 1000L500 750L0 1000Z\" class=\"part sent\""))
        #expect(svg.contains(">at most 100</text>"))
        #expect(chart?.table.rows.first == ["0 s ago", "0", "0", "0", "50", "0", "0"])
    }

    @Test("the last hour is kept and no more")
    func trace() {
        let trace = BacklogTrace()
        let now = Timestamp(microseconds: 1_764_583_092_000_000)
        for minute in 0..<200 {
            trace.add(BacklogPoint(Backlog(), at: now.adding(seconds: Int64(60 * minute))))
        }
        #expect(trace.points.count == 61)
    }

    @Test("each way in which a run ends has its own shape")
    func dots() {
        let tones: [StateMark.Tone] = [.good, .warn, .bad, .busy]
        let table = Chart.Table("", [], [])
        let dots = tones.map { DotRow.Dot(tone: $0, changes: 4) }
        let svg = DotRow(id: "d", title: "", says: "", dots: dots, table: table).chart.svg
        for part in ["<circle", "<rect", "Z\" class=\"dot warn\"", "Z\" class=\"dot busy\""] {
            #expect(svg.contains(part), "\(part)")
        }
        #expect(svg.contains("<svg x=\"12.5%\" y=\"22\" overflow=\"visible\">"))
    }

    @Test("times are told in one unit, and numbers with commas")
    func shown() {
        let lengths = [0, 99, 100, 5_999, 6_000, 172_799, 172_800].map(ShownTime.length)
        #expect(lengths == ["0 s", "99 s", "1 min", "99 min", "1 h", "47 h", "2 d"])
        #expect(ShownTime.words(seconds: -240) == "in 4 min")
        #expect(
            [0, 999, 1_000, 1_234_567, -4_200].map(\.shown) == ["0", "999", "1,000", "1,234,567", "−4,200"]
        )
        let now = Timestamp(microseconds: 1_764_583_092_500_000)
        let time = ShownTime(now.adding(seconds: -300), at: now)
        #expect(time.words == "5 min ago" && time.iso.hasSuffix("Z") && !time.iso.contains("."))
    }

    @Test("links escape all but what a path can have, and name the shop where there are several")
    func links() {
        let (one, several) = (PageLink(shop: nil), PageLink(shop: "north"))
        #expect(one.to() == "/" && several.to() == "/?shop=north")
        #expect(one.to(SKU("A/B c?")) == "/sku/A%2FB%20c%3F")
        #expect(one.to(SKU("..")) == "/sku?sku=..")
        #expect(
            several.to("runs", query: [("state", "held"), ("source", nil)]) == "/runs?state=held&shop=north"
        )
    }

    @Test("the sentence says what is worst first by its sign, and all three things in words")
    func sentence() {
        let now = Timestamp(microseconds: 1_764_583_092_000_000)
        func facts(
            confirmed: Timestamp?,
            silent: Bool = false,
            waiting: Int = 0,
            held: Int = 0
        ) -> StandingFacts {
            var backlog = Backlog()
            backlog.waiting[.zero] = waiting
            var shown: RunRecord?
            if let confirmed {
                shown = RunRecord(id: "1", source: "erp", scope: .full, started: confirmed)
                shown?.asOf = confirmed
            }
            let source = ShopFigures.SourceFigures(
                "erp",
                stated: confirmed,
                confirmed: confirmed,
                isSilent: silent,
                positions: 10,
                at: ["WH-1", "WH-2"],
                shown: shown
            )
            let figures = ShopFigures(
                shop: "main",
                backlog: backlog,
                exceptions: [:],
                exceptionsSince: [:],
                heldPlans: held,
                sources: [source]
            )
            return StandingFacts(now: now, figures: figures)
        }
        let good = StandingSentence(facts(confirmed: now))
        #expect(good.mark.word == "All is well")
        let text = "All 2 locations are true as of 09:58:12 UTC; nothing is under way; "
        #expect(good.text == text + "no plan waits for approval.")
        #expect(StandingSentence(facts(confirmed: nil)).text.hasPrefix("The shop has not confirmed"))
        #expect(StandingSentence(facts(confirmed: now, waiting: 12)).text.contains("12 levels under way"))
        let held = StandingSentence(facts(confirmed: now, waiting: 1, held: 1))
        #expect(held.mark.shape == "▲" && held.text.contains("1 plan waits for approval"))
        let silent = StandingSentence(facts(confirmed: now, silent: true, held: 1))
        #expect(silent.mark.shape == "■" && silent.text.hasPrefix("2 of 2 locations are out of date"))
    }

    @Test("a course holds until it changes, and is broken where it is not known")
    func steps() {
        let points: [StepRows.Course.Point] = [
            .init(place: 0, value: 10), .init(place: 0.25, value: 5), .init(place: 0.5, value: nil),
            .init(place: 0.75, value: 10),
        ]
        let row = StepRows.Row(label: "item", value: "10", course: StepRows.Course(points), marks: [0.5])
        let table = Chart.Table("Past", ["From", "item"], [["now", "10"]])
        let chart = StepRows(
            id: "s",
            title: "Past",
            says: "It fell.",
            rows: [row],
            from: "a day ago",
            until: "now",
            table: table
        ).chart
        #expect(chart.svg.contains("d=\"M0 0H250V500H500M750 0H1000\" class=\"line\""), "\(chart.svg)")
        #expect(chart.svg.contains("d=\"M0 1000V0H250V500H500V1000ZM750 1000V0H1000V1000Z\""), "\(chart.svg)")
        #expect(chart.svg.contains("x1=\"50%\" x2=\"50%\"") && chart.html.contains("<td>10</td>"))
    }

    @Test("of many changes at one place the first, the last and both extremes are drawn")
    func thinning() {
        let points = (0..<100_000).map { number in
            StepRows.Course.Point(place: Double(number) / 100_000, value: Double(number % 1_000))
        }
        let course = StepRows.Course(points)
        #expect(course.points.count <= 4 * (StepRows.Course.placesMax + 1))
        #expect(course.points.first == points.first && course.points.last == points.last)
        #expect(course.range == 0...999)
        let flat = StepRows.Course([.init(place: 0, value: 0)])
        let none = StepRows.Course([])
        let table = Chart.Table("", [], [])
        let rows = [flat, none].map { StepRows.Row(label: "a", value: "", course: $0) }
        let svg = StepRows(id: "s", title: "", says: "", rows: rows, from: "", until: "", table: table).chart
            .svg
        #expect(!svg.contains("nan") && !svg.contains("inf"))
    }
}
