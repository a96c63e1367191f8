import SnapshotFormats
import Testing

@testable import TidegateSettings

@Suite("The mapping of stock events")
struct EventMappingTests {
    private func text(_ mapping: String, columns: String = "{ sku: a, on_hand: b }", more: String = "")
        -> String
    {
        """
        source:
          kind: upload
          columns: \(columns)
          events:
            mapping: \(mapping)
        \(more)
        \(Fixture.oro)
        """
    }

    private func mapping(_ mapping: String) throws -> EventMapping {
        try #require(try Fixture.settings(text(mapping)).sources[0].events?.mapping)
    }

    @Test("given a whole mapping, every part of it is read")
    func whole() throws {
        let mapping = try mapping(
            """
            { body: xml, rows_at: a.b, before_at: c, where: [{ column: t, is_not: [x, y] }],
              kind: { column: k, table: { "1": level, "2": ignore }, otherwise: hint }, of: committed,
              sign: { column: m, table: { "601": "-", "101": plus } },
              numbers: { decimal: ",", grouping: point }, times: { format: ticks },
              columns: { id: ^.n, sku: { name: s, after_last: "/", until: ")", strip_leading_zeros: true },
                         location: { join: [p, l], with: "/", table: { a/b: X } }, unit: { constant: EA },
                         on_hand: { names: [q, r], optional: true }, as_of: [d, t], version: v } }
            """
        )
        #expect(mapping.notation == .xml)
        #expect(mapping.rowsAt == "a.b" && mapping.beforeAt == "c" && mapping.of == .committed)
        #expect(mapping.conditions[0].texts == ["x", "y"] && mapping.conditions[0].isExclusion)
        #expect(mapping.sign?.table == ["601": .minus, "101": .plus])
        #expect(mapping.times == .ticks && mapping.decimalMark == .comma && mapping.grouping == .point)
        #expect(mapping.columns.location?.joined == ["p", "l"])
        #expect(mapping.columns.location?.separator == "/")
        #expect(mapping.columns.location?.table == ["a/b": "X"])
        #expect(mapping.columns.sku?.until == ")" && mapping.columns.sku?.rule.afterLast == "/")
        #expect(mapping.columns.asOf?.joined == ["d", "t"] && mapping.columns.asOf?.separator == " ")
        #expect(mapping.columns.onHand?.rule.isOptional == true)
        guard case .by(_, let table, let otherwise) = mapping.kind else {
            Issue.record("\(mapping.kind)")
            return
        }
        #expect(table == ["1": .level, "2": .ignore] && otherwise == .hint)
    }

    @Test(
        "given a mapping that cannot work, it is refused at its place",
        arguments: [
            ("{ }", "missing_key source.events.mapping.kind"),
            ("{ kind: level }", "missing_key source.events.mapping.columns.sku"),
            (
                "{ kind: movement, columns: { sku: a, as_of: t } }",
                "missing_key source.events.mapping.columns.change"
            ),
            ("{ kind: stock }", "bad_value source.events.mapping.kind"),
            ("{ kind: hint, colums: {} }", "unknown_key source.events.mapping.colums"),
            (
                "{ kind: hint, columns: { sku: { optional: true } } }",
                "missing_key source.events.mapping.columns.sku"
            ),
            ("{ kind: hint, columns: { sku: [a] } }", "bad_value source.events.mapping.columns.sku"),
            ("{ kind: hint, where: [{ column: a }] }", "missing_key source.events.mapping.where[1]"),
            ("{ kind: hint, times: { format: QQ } }", "bad_value source.events.mapping.times.format"),
            (
                "{ kind: hint, columns: { net: a, on_hand: b } }",
                "conflicting_keys source.events.mapping.columns.on_hand"
            ),
        ]
    )
    func refused(mapping: String, mark: String) {
        let marks = Fixture.problems(text(mapping)).map { "\($0.code.rawValue) \($0.keyPath)" }
        #expect(marks.contains(mark), "\(marks)")
    }

    @Test("given snapshots that state what is committed, a mapped level must, too")
    func wholeLevels() {
        let level = "{ kind: level, columns: { sku: a, on_hand: b, as_of: c } }"
        let columns = "{ sku: a, on_hand: b, committed: c }"
        let marks = Fixture.problems(text(level, columns: columns)).map(\.keyPath)
        #expect(marks == ["source.events.mapping.columns.committed"])
        #expect(Fixture.problems(text(level)).isEmpty)
    }

    @Test("given a client state without a mapping, nothing would compare it")
    func clientState() {
        let text = "source:\n  kind: upload\n  events: { client_state_file: f }\n\(Fixture.oro)\n"
        #expect(Fixture.problems(text).map(\.keyPath) == ["source.events.client_state_file"])
    }
}
