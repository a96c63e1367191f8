import InventoryCore
import Testing

@testable import TidegateSettings

@Suite("YAML with places and limits")
struct YamlDocumentTests {
    @Test(
        "a key written twice is reported at its place, and the file is read no further",
        arguments: ["\n", "\r\n", "\r"]
    )
    func duplicates(lineEnd: String) {
        let lines = """
            source:
              kind: file
              path: a.csv
              csv: { decimals: 1 }
              path: c.csv
            oro: { url: https://a.example, urll: x }
            """
        #expect(
            Fixture.marks(Fixture.problems(lines.replacing("\n", with: lineEnd))) == [
                "3:3 duplicate_key “path”"
            ]
        )
    }

    @Test("a key written twice in two spellings is reported, too")
    func duplicateSpellings() {
        let problems = Fixture.problems(Fixture.minimal + "owners: { \"\\x61\": 1, a: 2 }\n")
        #expect(problems.map(\.code) == [.duplicateKey])
    }

    @Test("a syntax error is reported with its line and without the file's text")
    func syntax() throws {
        let problems = Fixture.problems("source:\n  path: hunter2\n kind: \"hunter2\n")
        let first = try #require(problems.first)
        #expect(problems.count == 1 && first.code == .badYaml && first.line == 3)
        #expect(!first.description.contains("hunter2"))
    }

    @Test(
        "files that hold no configuration are refused",
        arguments: [
            ("", "0:0 missing_key "), ("# only a comment\n", "0:0 missing_key "),
            ("null\n", "0:0 missing_key "),
            ("just text\n", "1:1 wrong_type "), ("- a\n- b\n", "1:1 wrong_type "),
            ("a: 1\n---\nb: 2\n", "2:1 bad_yaml "), ("a: *b\n", "1:4 bad_yaml "),
        ]
    )
    func nothing(text: String, mark: String) {
        #expect(Fixture.marks(Fixture.problems(text)) == [mark])
    }

    @Test("deep nesting is refused, by us or by the parser", arguments: [33, 500, 100_000])
    func depth(count: Int) {
        let text = "source: " + String(repeating: "[", count: count) + String(repeating: "]", count: count)
        let codes = Fixture.problems(text + "\n").map(\.code)
        #expect(codes == [.tooDeep] || codes == [.badYaml])
    }

    @Test("aliases that grow into a huge tree are refused")
    func laughs() {
        var text = "a0: &a0 [1, 2, 3, 4, 5, 6, 7, 8, 9]\n"
        for level in 1..<12 {
            let items = Array(repeating: "*a\(level - 1)", count: 9).joined(separator: ", ")
            text += "a\(level): &a\(level) [\(items)]\n"
        }
        #expect(Fixture.problems(text).map(\.code) == [.tooManyValues])
    }

    @Test(
        "an alias, a list or a section as a key is refused before it is hashed where aliases exist",
        arguments: ["*a11 : 1", "? *a11\n: 1", "{*a11 : 1}", "[*a11]: 1", "{? [*a11] : 1}", "\"k\":*a11 : 1"]
    )
    func laughingKeys(key: String) {
        var text = "a0: &a0 [1, 2]\n"
        for level in 1..<12 {
            text += "a\(level): &a\(level) [*a\(level - 1), *a\(level - 1)]\n"
        }
        #expect(Fixture.problems(text + key + "\n").map(\.code) == [.badYaml])
    }

    @Test("an alias stands for what it names")
    func alias() throws {
        let text = Fixture.minimal + "owners: { sales: &desk sales desk, finance: *desk }\n"
        #expect(try Fixture.settings(text).owners == [.sales: "sales desk", .finance: "sales desk"])
    }

    @Test("merge keys and tags are refused with a reason")
    func oldYaml() {
        let text = Fixture.minimal + "store: &s\n  path: a\nservice:\n  <<: *s\n  bind: !secret 127.0.0.1:1\n"
        #expect(
            Fixture.marks(Fixture.problems(text)) == ["9:3 unknown_key service.<<", "10:9 wrong_type "]
        )
    }

    @Test("Windows line ends do not shift reported places")
    func windows() {
        let text = Fixture.minimal.replacing("\n", with: "\r\n") + "owner: x\r\n"
        #expect(Fixture.marks(Fixture.problems(text)) == ["6:1 unknown_key owner"])
    }

    @Test("fifty problems are shown, the rest is counted")
    func bounded() throws {
        let keys = (1...2000).map { "key\($0): 1\n" }.joined()
        let error = try #require(throws: SettingsProblems.self) {
            try Fixture.settings(Fixture.minimal + keys)
        }
        #expect(error.problems.count == 50 && error.omitted == 1950)
        #expect(error.problems.first?.line == 6)
        #expect(error.description.hasSuffix("and 1950 more"))
    }
}
