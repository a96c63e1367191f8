import Foundation
import InventoryCore
import OroClient
import SnapshotFormats
import SnapshotSources
import StateStore
import Testing
import TidegateService

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
        try expect(SourceError.Code.allCases.map(\.rawValue), under: "The snapshot's file")
        try expect(SnapshotError.Code.allCases.map(\.rawValue), under: "The snapshot as a whole")
        try expect(RejectedRow.Reason.allCases.map(\.rawValue), under: "Rejected rows")
        try expect(GuardTrip.Code.allCases.map(\.rawValue), under: "Guards")
        try expect(InventoryException.Code.allCases.map(\.rawValue), under: "Exceptions")
        try expect(StoreError.Code.allCases.map(\.rawValue), under: "The state folder")
        try expect(
            BaselineError.Code.allCases.map(\.rawValue),
            under: "The baseline file",
            prefix: "baseline_"
        )
        for code in OroError.Code.allCases {
            #expect(sections["The shop"]?.contains("`\(code.rawValue)`") == true, "\(code.rawValue)")
        }
    }

    @Test("tells every exit status")
    func exitStatuses() throws {
        try expect(
            ExitStatus.allCases.map { "\($0.rawValue)" },
            under: "Exit status"
        )
    }

    @Test("tells every code that a command makes up itself")
    func failures() throws {
        for folder in ["Sources/TidegateService", "Sources/tidegate"] {
            let base = ErrorPageTests.root.appending(path: folder)
            let files = try #require(FileManager.default.enumerator(atPath: base.path()))
            for case let name as String in files where name.hasSuffix(".swift") {
                let text = try String(contentsOf: base.appending(path: name), encoding: .utf8)
                let failures = text.split(separator: "status: .").dropFirst()
                for failure in failures {
                    guard let code = failure.firstMatch(of: /^\w+,\s+code: "([a-z_]+)",/)?.output.1 else {
                        continue
                    }
                    #expect(page.contains("| `\(code)` |"), "\(name): \(code)")
                }
            }
        }
    }
}
