import Foundation
import Testing

@Suite("the version")
struct VersionTests {
    @Test("it is the newest one that changes are listed for")
    func isListed() throws {
        let changes = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../Sources/tidegate/Tidegate.docc/Changes.md")
        let lines = try String(contentsOf: changes, encoding: .utf8).split(separator: "\n")
        let newest = try #require(lines.first { $0.hasPrefix("## ") }).dropFirst(3)
        let stage = try Stage()
        let ending = try Program.tidegate.run(["--version"], environment: [:], in: stage.scratch)
        #expect(ending.status == 0, "\(ending.errors)")
        #expect(ending.output == "\(newest)\n")
    }
}
