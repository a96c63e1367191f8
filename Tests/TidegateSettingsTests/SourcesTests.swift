import InventoryCore
import SnapshotFormats
import Testing

@testable import TidegateSettings

@Suite("The keys shop, source and sources")
struct SourcesTests {
    private static let two = """
        shop: leeds-2
        sources:
          wholesaler: { kind: folder, path: drop, schedule: { every: 1h } }
          erp:
            kind: file
            path: stock.csv
        schedule: { every: 5m }
        \(Fixture.oro)
        """

    @Test("source is one source named main, of the shop main")
    func single() throws {
        let settings = try Fixture.settings(Fixture.minimal)
        #expect(settings.shop == .main && settings.shop.text == "main")
        #expect(settings.sources.map(\.id) == [.main])
        #expect(try settings.onlySource().path == "stock.csv")
    }

    @Test("sources keep the order of the file, each with its name and settings")
    func several() throws {
        let settings = try Fixture.settings(Self.two)
        #expect(settings.shop == "leeds-2")
        #expect(settings.sources.map(\.id) == ["wholesaler", "erp"])
        #expect(settings.sources.map(\.kind) == [.folder, .file])
        #expect(settings.sources.map(\.path) == ["drop", "stock.csv"])
    }

    @Test("a source without a schedule of its own has the one for all")
    func schedules() throws {
        let settings = try Fixture.settings(Self.two)
        #expect(settings.sources.map(\.schedule) == [.every(seconds: 3600), nil])
        let inUse = settings.sources.map { settings.schedule(of: $0) }
        #expect(inUse == [.every(seconds: 3600), .every(seconds: 300)])
    }

    @Test("a single source may have its schedule inside, too")
    func schedule() throws {
        let text = "source: { kind: file, path: a.csv, schedule: { every: 30s } }\n" + Fixture.oro
        #expect(try Fixture.settings(text).sources[0].schedule == .every(seconds: 30))
    }

    @Test("what a folder's files go through is read, and a source is fresh for four of its intervals")
    func folder() throws {
        let text = """
            sources:
              a: { kind: folder, path: drop, order_by: as_of, after: { move: drop/taken }, fresh_for: 20m }
              b: { kind: folder, path: drop, after: delete, schedule: { every: 1h } }
              c: { kind: folder, path: drop, schedule: { cron: "0 6 * * *", time_zone: UTC } }
            \(Fixture.oro)
            """
        let settings = try Fixture.settings(text)
        #expect(settings.sources.map(\.folder.orderBy) == [.asOf, nil, nil])
        #expect(settings.sources.map(\.folder.after) == [.move(folder: "drop/taken"), .delete, .keep])
        #expect(settings.sources.map { settings.freshSeconds(of: $0) } == [1200, 14_400, nil])
    }

    @Test(
        "what becomes of files, and their order, is one of the known words",
        arguments: [
            ("after: remove", "bad_value"), ("after: { move: null }", "missing_key"),
            ("after: { copy: x }", "missing_key"), ("after: { move: ./drop/ }", "bad_value"),
            ("order_by: size", "bad_value"), ("fresh_for: soon", "wrong_type"),
        ]
    )
    func folderProblems(line: String, code: String) throws {
        let text = "source: { kind: folder, path: drop, \(line) }\n" + Fixture.oro
        let problems = #expect(throws: SettingsProblems.self) { try Fixture.settings(text) }
        #expect(problems?.problems.first?.code.rawValue == code)
    }

    @Test("a source is found by its name; an unknown name is a usage error that lists the known ones")
    func named() throws {
        let settings = try Fixture.settings(Self.two)
        #expect(try settings.source(named: "erp").path == "stock.csv")
        for name in ["ERP", "", "main"] {
            let fault = try #require(throws: Fault.self) { try settings.source(named: name) }
            #expect(fault.kind == .usage && fault.code == "unknown_source")
            #expect(fault.message == "t.yaml has no source “\(name)”.")
            #expect(fault.hint == "It has these: wholesaler, erp.")
        }
    }

    @Test("with several sources none of them is the only one")
    func ambiguous() throws {
        let fault = try #require(throws: Fault.self) { try Fixture.settings(Self.two).onlySource() }
        #expect(fault.kind == .usage && fault.code == "ambiguous_source")
        #expect(fault.hint == "Name one with --source: wholesaler or erp.")
    }

    @Test(
        "what is wrong with the names and number of sources has its place and a hint",
        arguments: [
            ("", "1:1 missing_key source", "Say where snapshots come from: source: {…} or sources: {…}."),
            ("sources: {}", "1:10 missing_key sources", "Write from 1 to 100, each under a name of its own."),
            ("sources: [a]", "1:10 wrong_type sources", ""),
            ("sources: { a: b.csv }", "1:15 wrong_type sources.a", ""),
            ("sources:\n  a:\n", "2:5 wrong_type sources.a", ""),
            (
                "sources: { a: { kind: file } }", "1:15 missing_key sources.a.path",
                "Name the snapshot file or the folder."
            ),
            (
                "source: { kind: file, path: a }\nsources: { b: { kind: file, path: b } }",
                "2:1 conflicting_keys sources", "Keep one of them."
            ),
            (
                "sources: { ERP: { kind: file, path: a } }", "1:12 bad_value sources.ERP",
                "Use 1 to 40 of the characters a–z, 0–9 and -."
            ),
            (
                "sources: { \"a/b\": { kind: file, path: a } }", "1:12 bad_value sources.a/b",
                "Use 1 to 40 of the characters a–z, 0–9 and -."
            ),
            (
                "shop: Main Street\nsource: { kind: file, path: a }", "1:7 bad_value shop",
                "Use 1 to 40 of the characters a–z, 0–9 and -."
            ),
            ("shop: [a]\nsource: { kind: file, path: a }", "1:7 wrong_type shop", ""),
        ]
    )
    func refused(lines: String, mark: String, hint: String) throws {
        let problems = Fixture.problems((lines.isEmpty ? "" : lines + "\n") + Fixture.oro)
        #expect(Fixture.marks(problems) == [mark])
        #expect(problems.first?.hint == hint)
    }

    @Test("a name may have 40 characters and no more", arguments: [(40, true), (41, false)])
    func nameLength(count: Int, isTaken: Bool) {
        let name = String(repeating: "a", count: count)
        let text = "sources: { \(name): { kind: file, path: a } }\n" + Fixture.oro
        #expect(Fixture.problems(text).isEmpty == isTaken)
    }

    @Test("a hundred sources are taken, one more is not", arguments: [(100, true), (101, false)])
    func number(count: Int, isTaken: Bool) {
        let sources = (1...count).map { "  s\($0): { kind: file, path: s\($0).csv }\n" }.joined()
        #expect(Fixture.problems("sources:\n" + sources + Fixture.oro).isEmpty == isTaken)
    }

    @Test("two sources whose only location is the same are refused at the second one's location")
    func sharedLocation() throws {
        let text = """
            sources:
              a:
                kind: file
                path: a.csv
                columns: { sku: sku, on_hand: q, location: { constant: WH-1 } }
              b:
                kind: file
                path: b.csv
                columns: { sku: sku, on_hand: q, location: { constant: WH-1 } }
            \(Fixture.oro)
            """
        let problems = Fixture.problems(text)
        #expect(Fixture.marks(problems) == ["9:48 conflicting_keys sources.b.columns.location"])
        #expect(problems.first?.reason == "The source “a” states the same location, “WH-1”.")
        #expect(problems.first?.hint.hasPrefix("Give each source locations of its own") == true)
    }

    @Test("two sources without a location column state the same location, the one without a name")
    func noLocation() {
        let columns = "columns: { sku: sku, on_hand: q }"
        let text = """
            sources:
              a: { kind: file, path: a.csv, \(columns) }
              b: { kind: file, path: b.csv, \(columns) }
            \(Fixture.oro)
            """
        #expect(Fixture.marks(Fixture.problems(text)) == ["3:42 conflicting_keys sources.b.columns.location"])
    }

    @Test("different constant locations, and locations that are read from a column, are accepted")
    func otherLocations() throws {
        let text = """
            sources:
              a: { kind: file, path: a.csv, columns: { sku: s, on_hand: q, location: { constant: A } } }
              b: { kind: file, path: b.csv, columns: { sku: s, on_hand: q, location: { constant: B } } }
              c: { kind: file, path: c.csv, columns: { sku: s, on_hand: q, location: l } }
              d: { kind: file, path: d.csv }
              e: { kind: file, path: e.csv }
            \(Fixture.oro)
            """
        #expect(try Fixture.settings(text).sources.count == 5)
    }

    @Test("problems below a source name the source")
    func paths() {
        let text = """
            sources:
              erp: { kind: file, path: a.csv, csv: { header: false } }
              b2: { kind: file, path: b.csv, scope: all, pathh: c }
            \(Fixture.oro)
            """
        #expect(
            Fixture.marks(Fixture.problems(text)) == [
                "2:8 missing_key sources.erp.columns", "3:41 bad_value sources.b2.scope",
                "3:46 unknown_key sources.b2.pathh",
            ]
        )
    }

    @Test("a file of rules may be a whole configuration with shop and sources")
    func rulesFile() throws {
        #expect(try Fixture.rules(Self.two).rules.sites.isEmpty)
    }

    @Test("a quota is doubtful in a configuration, and not in a file of rules, whose reader states it")
    func quotas() throws {
        let fences = """
            sites: { main: { locations: [A] } }
            fences:
              ka:
                rank: 1
                rules: [{ hold: quota, quantity: 5 }]

            """
        let warnings = try Fixture.settings(Fixture.minimal + fences).warnings
        #expect(Fixture.marks(warnings) == ["10:21 quota_without_feed fences.ka.rules[1].hold"])
        #expect(warnings.first?.reason == "hold: quota counts as floor until orders are read.")
        #expect(try Fixture.rules(fences).warnings.isEmpty)
    }

    @Test("what the configuration takes for a time pattern, the reader of snapshots takes too")
    func timePatterns() {
        let patterns = [
            "yyyy-MM-dd", "dd.MM.yyyy HH:mm", "MM/dd/yyyy h:mm a", "yyyy-MM-dd'T'HH:mm:ss", "d.M.yyyy",
            "yyyyMMdd hh a", "yyyy-MM-dd ''", "yyyy", "MM-dd", "yy-MM-dd", "yyyy-MM-dd h", "yyyy-MM-dd H h a",
            "yyyy-MM-dd 'x", "yyyy-MM-dd Q", "yyyy-MM-dd HH HH", "yyyy-MM-dd a",
        ]
        for pattern in patterns {
            #expect((TimePattern.fault(in: pattern) == nil) == (TimePattern(pattern) != nil), "\(pattern)")
        }
    }
}
