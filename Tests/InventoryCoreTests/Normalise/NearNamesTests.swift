import InventoryCore
import Testing

/// A name that is not known is held against those that are; what is near is suggested.
@Suite("Near names")
struct NearNamesTests {
    private static func near(_ unknown: String, among known: [String]) -> NearName? {
        var names = NearNames(of: [unknown])
        for name in known { names.meet(name) }
        return names[unknown]
    }

    @Test(
        "spellings that nobody means are near",
        arguments: [
            ("ab-1", "AB-1", [NameDifference.capitals]),
            ("ÄB-1", "äb-1", [.capitals]),
            ("AB-1 ", "AB-1", [.blanks]),
            ("AB\u{A0}1", "AB 1", [.blanks]),
            ("\u{FEFF}AB-1", "AB-1", [.blanks]),
            ("ab 1", "AB1", [.capitals, .blanks]),
            ("470", "00470", [.zeros]),
            ("00AB", "0AB", [.zeros]),
            ("=\"00470\"", "00470", [.marks]),
            ("'00470", "00470", [.marks]),
            ("=\"00470\"", "470", [.marks, .zeros]),
            ("1E5", "100000", [.number]),
            ("1E+05", "100000", [.number]),
            ("100000", "1e5", [.number]),
            ("12.00", "12", [.number]),
            ("1.23E+04", "0012300", [.number, .zeros]),
            ("4.00638E+12", "4006381333931", [.rounding]),
            ("4006381333931", "4.00638E+12", [.rounding]),
            ("1E+12", "999999999999", [.rounding]),
        ]
    )
    func isNear(unknown: String, known: String, differences: [NameDifference]) {
        let near = Self.near(unknown, among: ["other", known, "1"])
        #expect(near?.name == known && near?.differences == differences, "\(String(describing: near))")
    }

    @Test(
        "other names are not near",
        arguments: [
            ("AB-1", "AB-2"), ("AB-1", "AB-11"), ("AB-1", "AB1"), ("1E5", "1E6"), ("1.5", "15"),
            ("E5", "100000"), ("1E", "1"), ("1E99", "1"), ("0", "00A"), ("4006381333931", "4006381333948"),
            ("é", "e\u{301}"), ("AB-1", "AB-1"), ("", "A"), ("4.00638E+12", "4006391333931"),
        ]
    )
    func isNotNear(unknown: String, known: String) {
        #expect(Self.near(unknown, among: [known]) == nil)
        #expect(Self.near(known, among: [unknown]) == nil)
    }

    @Test("of several the one that differs least is named, whatever the order, and the others are counted")
    func several() {
        let known = ["AB 1", "ab1", "AB1 ", "Ab1"]
        for names in [known, known.reversed()] {
            let near = Self.near("AB1", among: names)
            #expect(near?.name == "AB 1" && near?.others == 3)
            #expect(
                near?.sentence == "“AB 1” and 3 others are known, which differ only in blanks."
            )
        }
        let alone = Self.near("=\"ab1\"", among: ["AB1"])
        #expect(
            alone?.sentence
                == "“AB1” is known, which differs only in capitals and the marks of a spreadsheet's text."
        )
    }

    @Test("names beyond the limit are not looked for, and the memory does not grow with the known ones")
    func limit() {
        let unknown = (0..<NearNames.unknownMax + 1).map { "a\($0)" }
        var names = NearNames(of: unknown)
        for name in unknown { names.meet(name.uppercased()) }
        #expect(names["a0"]?.name == "A0")
        #expect(names["a\(NearNames.unknownMax)"] == nil)
    }
}

/// Exceptions about unknown locations and units name the known one that was probably meant.
@Suite("Near names in exceptions")
struct NearHintsTests {
    private static let rules = RuleSet(
        sites: [Site(id: "main", locations: [Glob("Leeds"), Glob("WH-*"), Glob("007")])]
    )

    private static func message(_ exception: InventoryException, _ units: UnitTable = UnitTable()) -> String {
        var hints = NearHints(rules: rules, units: units)
        let first = hints.adding(to: exception)
        #expect(hints.adding(to: exception) == first && first.subject == exception.subject)
        return first.message
    }

    private static func location(_ name: Location) -> String {
        message(
            InventoryException(code: .unknownLocation, subject: Subject(location: name), message: "Unknown.")
        )
    }

    @Test("of locations, also where a pattern would match")
    func locations() {
        #expect(Self.location("LEEDS").hasPrefix("Unknown. “Leeds” is known"))
        #expect(Self.location("7").contains("“007” is known, which differs only in leading zeros."))
        #expect(Self.location("wh-3").contains("“WH-*” is known, which differs only in capitals."))
        #expect(Self.location("w h-3").contains("only in capitals and blanks."))
        #expect(Self.location("Paris") == "Unknown.")
        #expect(Self.location("XWH-3") == "Unknown.")
    }

    @Test("of units, those that a SKU has for itself among them")
    func units() {
        var units = UnitTable(general: [UnitConversion(erp: "EA", perBase: .one, shop: "item")])
        _ = units.add(UnitConversion(erp: "BOX", perBase: .one, shop: "box"), to: "A-1")
        func told(_ unit: StockUnit, of sku: SKU) -> String {
            let subject = Subject(sku: sku, unit: unit)
            return Self.message(
                InventoryException(code: .unknownUnit, subject: subject, message: "Unknown."),
                units
            )
        }
        #expect(told("ea ", of: "B-1").contains("“EA” is known"))
        #expect(told("box", of: "A-1").contains("“BOX” is known"))
        #expect(told("ea", of: "A-1").contains("“EA” is known"))
        #expect(told("box", of: "B-1") == "Unknown.")
    }

    @Test("what the doubts of a source say of units without a factor names the near one once")
    func doubts() {
        var stage = DoubtStage()
        stage.units = DoubtStage.dozens()
        let rows = (1...5).map { "A-\($0) WH-1 10" }
        stage.deliver(rows)
        stage.deliver(rows.map { $0 + " ea" })
        let exceptions = DoubtGroups(stage.book, units: stage.units).exceptions
        #expect(exceptions.map(\.code) == [.stockUnitUnknown])
        #expect(exceptions[0].message.split(separator: "“EA” is known").count == 2)
    }
}
