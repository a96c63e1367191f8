import Foundation
import InventoryCore
import OroClient
import SnapshotFormats
import StateStore
import Testing

@testable import DeltaEngine
@testable import TidegatePipeline
@testable import TidegateSettings

/// Whoever meets a code finds it in `Errors.md`, under the heading of where it comes from.
@Suite("The page of errors")
struct ErrorPageTests {
    private static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    /// The page's sections by their headings.
    private let sections: [Substring: Substring]
    private let page: String

    init() throws {
        let file = ErrorPageTests.root.appending(path: "Sources/tidegate/Tidegate.docc/Errors.md")
        let page = try String(contentsOf: file, encoding: .utf8)
        var sections: [Substring: Substring] = [:]
        for section in page.split(separator: "\n## ").dropFirst() {
            let heading = section.prefix { $0 != "\n" }
            sections[heading] = section.dropFirst(heading.count)
        }
        self.page = page
        self.sections = sections
    }

    private func expect(_ codes: some Sequence<String>, under heading: Substring, prefix: String = "") throws
    {
        let section = try #require(sections[heading])
        for code in codes {
            #expect(section.contains("| `\(prefix)\(code)` |"), "\(heading) lacks \(prefix)\(code)")
        }
    }

    @Test("tells every code of every module")
    func isComplete() throws {
        try expect(SettingsProblem.Code.allCases.map(\.rawValue), under: "The configuration")
        try expect(RejectedRow.Reason.allCases.map(\.rawValue), under: "Rejected rows")
        try expect(GuardTrip.Code.allCases.map(\.rawValue), under: "Guards")
    }

    @Test("the catalogue of exceptions is that of the code")
    func exceptions() throws {
        let file = ErrorPageTests.root.appending(path: "Sources/tidegate/Tidegate.docc/Exceptions.md")
        let page = try String(contentsOf: file, encoding: .utf8)
        let catalogue = try #require(page.components(separatedBy: "## Catalogue\n\n").last)
        #expect(catalogue == ExceptionCatalogue.table, "write this there: \(ExceptionCatalogue.table)")
    }

    @Test("tells every exit status")
    func exitStatuses() throws {
        try expect(
            ExitStatus.allCases.map { "\($0.rawValue)" },
            under: "Exit status"
        )
    }

    @Test("tells every code of a fault, wherever it is thrown")
    func faults() throws {
        var codes: Set<String> = []
        let base = ErrorPageTests.root.appending(path: "Sources")
        let files = try #require(FileManager.default.enumerator(atPath: base.path()))
        for case let name as String in files
        where name.hasSuffix(".swift") && !name.hasPrefix("OroSimulator") {
            let text = try String(contentsOf: base.appending(path: name), encoding: .utf8)
            for match in text.matches(of: /Fault\.Code\("([a-z_]+)"\)|Fault\(\s*\.\w+,\s*code: "([a-z_]+)"/) {
                if let code = match.output.1 ?? match.output.2 { codes.insert(String(code)) }
            }
        }
        #expect(codes.count >= 50)
        for code in codes.sorted() { #expect(page.contains("| `\(code)` |"), "\(code)") }
    }
}
