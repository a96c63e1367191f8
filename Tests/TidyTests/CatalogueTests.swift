import Foundation
import Testing

@Suite("The documentation catalogue")
struct CatalogueTests {
    private static let folder = SourceTree.root.appending(path: "Sources/tidegate/Tidegate.docc")

    private static func page(_ name: String) throws -> String {
        try String(contentsOf: folder.appending(path: "\(name).md"), encoding: .utf8)
    }

    private static func pages() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.path())
            .filter { $0.hasSuffix(".md") }.map { String($0.dropLast(3)) }.sorted()
    }

    /// The pages that a text links to.
    private static func links(in text: String) -> Set<String> {
        Set(text.components(separatedBy: "<doc:").dropFirst().map { String($0.prefix { $0 != ">" }) })
    }

    @Test("every page is linked from the first one")
    func linked() throws {
        let links = Self.links(in: try Self.page("Tidegate"))
        #expect(Set(try Self.pages()).subtracting(["Tidegate"]) == links)
    }

    @Test("every link leads to a page", arguments: try pages())
    func noDeadLinks(name: String) throws {
        #expect(Self.links(in: try Self.page(name)).subtracting(try Self.pages()) == [])
    }

    @Test("the map of modules names every module")
    func modules() throws {
        let map = try Self.page("Modules")
        for module in ModuleTests.allowed.keys.sorted() {
            #expect(map.contains("`\(module)`"), "\(module) is not on the page")
        }
    }

    @Test("every folder that the map of modules names is there")
    func foldersOfTheMap() throws {
        for code in Self.code(in: try Self.page("Modules")) {
            let parts = code.split(separator: "/").map(String.init)
            guard parts.count > 1, ModuleTests.ours.union(["tidegate"]).contains(parts[0]) else { continue }
            let found = SourceTree.root.appending(path: "Sources/\(code)").path()
            #expect(FileManager.default.fileExists(atPath: found), "\(code) is not there")
        }
    }

    @Test("every type that the glossary names is declared")
    func typesOfTheGlossary() throws {
        var declared: Set<String> = []
        for file in try SourceTree.swiftFiles(in: ["Sources"]) {
            for line in file.lines {
                let words = line.split { !$0.isLetter && !$0.isNumber && $0 != "_" }.map(String.init)
                for (keyword, name) in zip(words, words.dropFirst())
                where ["struct", "class", "enum", "actor", "protocol", "typealias"].contains(keyword) {
                    declared.insert(name)
                }
            }
        }
        for row in try Self.page("Glossary").split(separator: "\n") where row.hasPrefix("| ") {
            let columns = row.split(separator: "|")
            guard columns.count == 3 else { continue }
            for type in Self.code(in: String(columns[1])) where type.first?.isUppercase == true {
                guard !type.contains("/") else { continue }
                let missing = type.split(separator: ".").map(String.init).filter { !declared.contains($0) }
                #expect(missing == [], "\(type) is not declared")
            }
        }
    }

    /// The texts in backquotes, code blocks left out.
    private static func code(in text: String) -> [String] {
        let outside = text.components(separatedBy: "```").enumerated().filter { $0.offset % 2 == 0 }
        return outside.flatMap { part in
            part.element.components(separatedBy: "`").enumerated().filter { $0.offset % 2 == 1 }.map(
                \.element
            )
        }
    }
}
