import InventoryCore
import SnapshotFormats
import TestSupport
import Testing

@testable import TidegateService
@testable import TidegateSettings

@Suite("Bodies of a foreign form")
struct MappedBodyTests {
    private static let levels = """
        <?xml version="1.0"?><!-- a --><n:A xmlns:n="urn:x"><n:L no="1"><S u="EA">A&amp;B</S><Q>1.234,5-</Q>\
        <T>1764500000</T></n:L><n:L><S u="BX"><![CDATA[C]]></S><Q>7</Q><T>1764500000.5</T></n:L></n:A>
        """

    private static func source(_ change: (inout EventMapping) -> Void) -> SourceSettings {
        var mapping = EventMapping()
        mapping.kind = .always(.level)
        mapping.rowsAt = "a.l"
        mapping.columns.sku = EventMapping.Column(rule: ColumnRule(anyOf: ["S"]))
        mapping.columns.unit = EventMapping.Column(rule: ColumnRule(anyOf: ["s.@u"]))
        mapping.columns.net = EventMapping.Column(rule: ColumnRule(anyOf: ["missing", "Q"]))
        mapping.columns.asOf = EventMapping.Column(rule: ColumnRule(anyOf: ["T"]))
        mapping.times = .unixSeconds
        mapping.decimalMark = .comma
        mapping.grouping = .point
        change(&mapping)
        var source = Bodies.source()
        source.events = EventSettings()
        source.events?.mapping = mapping
        return source
    }

    @Test("given XML, rows, attributes, references and local numbers are read")
    func xml() throws {
        let body = try Bodies.read(
            Array(Self.levels.utf8),
            by: Self.source { _ in },
            type: "application/xml"
        )
        #expect(body.marks == [])
        #expect(body.words == ["0 level -1234.5 A&B @  EA", "1 level 7 C @  BX"])
        #expect(body.events[1].event.asOf == Timestamp(microseconds: 1_764_500_000_500_000))
    }

    @Test(
        "given XML that is broken or wants more than its own text, it is refused",
        arguments: [
            "<a>", "<a></b>", "<a b=1/>", "<a/><b/>", "<a>&x;</a>", "<a>&#0;</a>", "<a>&#xD800;</a>", "<a",
            "", "x",
            "<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><a>&x;</a>", "<a><!ENTITY x \"y\"></a>",
            "<a>\u{1}</a>", "<a b=\"<\"/>", "<1/>", "<a><![CDATA[</a>", "<a><!-- </a>",
            String(repeating: "<a>", count: 40) + String(repeating: "</a>", count: 40),
        ]
    )
    func brokenXML(text: String) throws {
        let fault = #expect(throws: Fault.self) {
            try Bodies.read(Array(text.utf8), by: Self.source { _ in }, type: "text/xml")
        }
        #expect(fault?.code == EventCode.badBody)
    }

    @Test("given a form, its fields are the row")
    func form() throws {
        let source = Self.source { mapping in
            mapping.rowsAt = ""
            mapping.columns.unit = EventMapping.Column(rule: ColumnRule(source: .constant("EA")))
        }
        let type = "application/x-www-form-urlencoded"
        let body = try Bodies.read(
            Array("S=A+%C3%A9%26&Q=2%2C5&T=1764500000&x=".utf8),
            by: source,
            type: type
        )
        #expect(body.words == ["0 level 2.5 A é& @  EA"])
        for text in ["S=%", "S=%FF", "S=1&S=2"] {
            #expect(throws: Fault.self) { try Bodies.read(Array(text.utf8), by: source, type: type) }
        }
    }

    @Test("given a row that misses what is mapped, it alone is rejected, and tells the column")
    func missing() throws {
        let source = Self.source { $0.rowsAt = "rows" }
        let good = ##"{"S":{"@u":"EA","#text":"A"},"Q":"1","T":1764500000}"##
        let rows = [
            good, ##"{"S":{"@u":"EA","#text":"A"},"T":1764500000}"##, "7", ##"{"S":[1],"Q":"1","T":1}"##,
            ##"{"S":{"@u":"EA","#text":"A"},"Q":"1.5","T":1}"##,
            ##"{"S":{"@u":"EA","#text":"A"},"Q":"1","T":"x"}"##,
        ].joined(separator: ",")
        let body = try Bodies.read(Array("{\"rows\":[\(rows)]}".utf8), by: source)
        #expect(body.words == ["0 level 1 A @  EA"])
        #expect(
            body.marks == [
                "1 missing_member", "2 bad_item", "3 wrong_member", "4 bad_amount", "5 bad_instant",
            ]
        )
        #expect(body.rejected[0].detail.contains("\"missing\" or \"Q\""))
    }

    @Test("given a row without what tells rows apart, it counts as none of the texts")
    func telling() throws {
        let column = EventMapping.Column(rule: ColumnRule(anyOf: ["t"]))
        let source = Self.source { mapping in
            mapping.rowsAt = ""
            mapping.kind = .by(column, ["1": .hint], otherwise: .ignore)
            mapping.columns = EventMapping.Columns()
            mapping.columns.sku = EventMapping.Column(rule: ColumnRule(anyOf: ["s"]))
            mapping.conditions = [EventMapping.Condition(column: column, texts: ["2"], isExclusion: true)]
        }
        let rows = #"[{"s":"A","t":1},{"s":"B"},{"s":"C","t":"2"},{"s":"D","t":"1"}]"#
        let body = try Bodies.read(Array(rows.utf8), by: source)
        #expect(body.words == ["0 hint A @ * ", "3 hint D @ * "])
        #expect(body.ignored == 2 && body.rejected.isEmpty)
    }

    @Test("given our own media type, no mapping applies")
    func ownForm() throws {
        let source = Self.source { _ in }
        let own = "application/vnd.tidegate.events+json"
        #expect(
            try Bodies.read(Array(#"{"sku":"A"}"#.utf8), by: source, type: own).words == ["0 hint A @ * "]
        )
        #expect(try Bodies.read(Array(#"{"sku":"A"}"#.utf8), by: source).count == 0)
    }

    @Test("given a key that comes twice, the body is refused")
    func repeatedKeys() throws {
        for text in [#"{"a":1,"a":2}"#, #"{"x":{"a":1,"\u0061":2}}"#, #"{"a\u0000":1}"#] {
            #expect(throws: Fault.self) { try Bodies.read(Array(text.utf8), by: Self.source { _ in }) }
        }
    }

    @Test("given too many rows or values, the body is refused")
    func bounds() throws {
        let source = Self.source { $0.rowsAt = "r" }
        let rows = "{\"r\":[" + String(repeating: "1,", count: 10_000) + "1]}"
        let many = #expect(throws: Fault.self) { try Bodies.read(Array(rows.utf8), by: source) }
        #expect(many?.code == EventCode.tooManyItems)
        let values = "[" + String(repeating: "[],", count: 200_001) + "1]"
        let fault = #expect(throws: Fault.self) { try Bodies.read(Array(values.utf8), by: source) }
        #expect(fault?.code == EventCode.badBody)
    }

    @Test(
        "given bodies with bytes changed by chance, nothing but a fault or items comes out",
        arguments: 0..<20
    )
    func changed(seed: UInt64) throws {
        var random = SplitMix64(state: seed)
        let whole = Array(Self.levels.utf8)
        for round in 0..<100 {
            var bytes = round == 0 ? whole : Array(whole.prefix(random.below(whole.count + 1)))
            for _ in 0..<random.below(4) where !bytes.isEmpty {
                bytes[random.below(bytes.count)] = random.pick(Array("<>/&;\"'= \0aé!-[]".utf8))
            }
            let body = try? Bodies.read(bytes, by: Self.source { _ in }, type: "text/xml")
            if let body { #expect(body.events.count + body.rejected.count + body.ignored == body.count) }
        }
    }
}
