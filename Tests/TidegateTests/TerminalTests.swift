import Foundation
import Testing

@Suite("What data says never steers a terminal")
struct TerminalTests {
    private static let escaped = "X\u{1B}[2J\u{9B}31m"

    private func expectPlain(_ ending: Program.Ending, at location: SourceLocation = #_sourceLocation) {
        for text in [ending.output, ending.errors] {
            let raw = text.unicodeScalars.filter { $0.properties.generalCategory == .control && $0 != "\n" }
            #expect(raw.isEmpty, "\(text)", sourceLocation: location)
        }
    }

    @Test("rows, and rows that are rejected")
    func read() throws {
        let scratch = try Scratch()
        try scratch.write("sku,quantity,note\nA,1,\n\(Self.escaped),2,\nB,\(Self.escaped),\n", to: "s.csv")
        let ending = try Program.tidegate.run(["read", scratch.path("s.csv")], in: scratch)
        expectPlain(ending)
        #expect(ending.output.contains("\"A\"") && !ending.output.contains("\"X"))
        #expect(ending.errors.contains("bad_key") && ending.errors.contains(#"X\u001b[2J\u009b31m"#))
        #expect(ending.errors.contains("bad_quantity"))
    }

    @Test("messages about a file")
    func messages() throws {
        let scratch = try Scratch()
        for text in ["\(Self.escaped),quantity\nA,1\n", "sku,quantity,\(Self.escaped)\nA,1,\n"] {
            try scratch.write(text, to: "s.csv")
            let ending = try Program.tidegate.run(["read", scratch.path("s.csv")], in: scratch)
            #expect(ending.status == 65)
            expectPlain(ending)
        }
        let missing = try Program.tidegate.run(["read", scratch.path("") + Self.escaped], in: scratch)
        #expect(missing.status == 66)
        #expect(missing.errors.contains(#"X\x1B[2J"#))
        expectPlain(missing)
    }

    @Test("stories and lists of what the state folder has")
    func state() async throws {
        try await Stage.with(["A": 1]) { stage in
            try stage.configure(
                source: "contract: { rows_min: 1 }",
                more: "sites: { main: { locations: [\"*\"] } }"
            )
            try stage.scratch.write(
                "sku,location,unit,on_hand\nA,WH-A,EA,7\nNO-SUCH,WH-A,EA,1\n\(Self.escaped),WH-A,EA,7\n",
                to: "stock.csv"
            )
            expectPlain(try stage.tidegate("sync"))
            let story = try stage.tidegate("explain", Self.escaped)
            #expect((story.output + story.errors).contains(#"X\u{1b}[2J\u{9b}31m"#), "\(story)")
            for arguments in [
                ["explain", Self.escaped], ["explain", "A"], ["exceptions"], ["runs"], ["status"],
            ] {
                expectPlain(
                    try Program.tidegate.run(
                        arguments + ["--config", stage.scratch.path("tidegate.yaml")],
                        environment: Stage.secrets,
                        in: stage.scratch
                    )
                )
            }
        }
    }

    @Test("a workbook under the name of a snapshot is told as one")
    func workbook() throws {
        let scratch = try Scratch()
        let bytes: [UInt8] = [0x50, 0x4B, 3, 4, 20, 0, 6, 0] + Array("\u{0}\n[Content_Types].xml\n,\n".utf8)
        try Data(bytes).write(to: URL(filePath: scratch.path("stock.csv")))
        for arguments in [["read", "stock.csv"], ["diff", "stock.csv", "stock.csv"]] {
            let ending = try Program.tidegate.run(arguments, in: scratch, directory: scratch.url)
            #expect(ending.status == 65)
            #expect(ending.errors.contains("Excel workbook") && ending.errors.contains("not_a_table"))
        }
    }
}
