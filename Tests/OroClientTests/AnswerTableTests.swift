import Foundation
import Testing

@testable import OroClient

@Suite("The documented answers are those of the rules")
struct AnswerTableTests {
    @Test("the catalogue's table of answers is the one that the rules give")
    func table() throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../Sources/tidegate/Tidegate.docc/ShopAnswers.md").standardized
        let page = try String(contentsOf: file, encoding: .utf8)
        let lines = page.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let start = try #require(lines.firstIndex { $0.hasPrefix("| the shop, or something before it") })
        let table = Array(lines[start...].prefix { $0.hasPrefix("|") })
        let wanted = AnswerTable.markdown
        for (number, row) in wanted.enumerated() {
            #expect(number < table.count && table[number] == row, "row \(number) is to be: \(row)")
        }
        #expect(table.count == wanted.count)
    }
}
