import Foundation
import Testing

@Suite("The shape of the source")
struct ShapeTests {
    @Test("no Swift file is longer than 350 lines, and no line than 110 columns")
    func sizes() throws {
        for file in try SourceTree.swiftFiles(in: ["Sources", "Tests", "Benchmarks"]) {
            // The line end of the last line begins no further one.
            let lines = file.lines.count - (file.lines.last == "" ? 1 : 0)
            #expect(lines <= 350, "\(file.path) has \(lines) lines")
            // Data written down as text keeps the shape it came in.
            let isData = file.path.contains("/Fixtures/")
            for (index, line) in file.lines.enumerated() where line.count > 110 && !isData {
                Issue.record("\(file.path):\(index + 1) has \(line.count) columns")
            }
        }
    }

    @Test("no folder of the sources holds more than 24 Swift files")
    func folderSizes() throws {
        let folders = Dictionary(grouping: try SourceTree.swiftFiles(in: ["Sources"])) { file in
            file.path.split(separator: "/").dropLast().joined(separator: "/")
        }
        for (folder, files) in folders {
            #expect(files.count <= 24, "\(folder) holds \(files.count) Swift files")
        }
    }

    @Test("no function is longer than 70 lines")
    func functionLengths() throws {
        for file in try SourceTree.swiftFiles(in: ["Sources"]) {
            var start: (line: Int, indentation: Int)?
            for (index, line) in file.lines.enumerated() {
                let indentation = line.prefix { $0 == " " }.count
                let code = line.dropFirst(indentation)
                if let open = start {
                    guard indentation == open.indentation, code.hasPrefix("}") else { continue }
                    let length = index - open.line + 1
                    #expect(length <= 70, "\(file.path):\(open.line + 1) is \(length) lines long")
                    start = nil
                } else if opensFunction(code), !code.hasSuffix("}") {
                    start = (index, indentation)
                }
            }
        }
    }

    private func opensFunction(_ code: Substring) -> Bool {
        let words = code.prefix { $0 != "(" && $0 != "<" }.split(separator: " ")
        return words.contains("func") || words.last == "init" || words.last == "init?"
    }

    @Test("calls that hide errors, race or print stay out of the sources")
    func bannedCalls() throws {
        let banned = [
            "try!", "as!", "Task {", "Task.detached", "fatalError(", "print(", "FIXME", "TODO", "XXX",
        ]
        for file in try SourceTree.swiftFiles(in: ["Sources"]) {
            for (index, line) in file.lines.enumerated() {
                for call in banned where file.says(call, in: line) {
                    Issue.record("\(file.path):\(index + 1) has \(call)")
                }
            }
        }
    }

    @Test("a banned call is found as a word of its own, and not in a text")
    func banIsExact() {
        let file = SourceTree.File(path: "", lines: [])
        #expect(file.says("Task {", in: "        Task { await shop.push() }"))
        #expect(file.says("print(", in: #"if isBad { print("\(name) is bad") }"#))
        #expect(file.says("TODO", in: "// TODO: mend"))
        #expect(!file.says("Task {", in: "group.addTask { await consumer.run() }"))
        #expect(!file.says("print(", in: "seeds.fingerprint(of: format)"))
        #expect(!file.says("Task {", in: #"case .ticket: "CREATE TASK \"Task {\"""#))
    }

    @Test("the word is SKU: `article` is left only in keys and codes of one word, and in the simulated shop")
    func oneWordForSKU() throws {
        for file in try SourceTree.swiftFiles(in: ["Sources"])
        where !file.path.hasPrefix("Sources/OroSimulator/") {
            for (index, line) in file.lines.enumerated() where saysArticle(line) {
                Issue.record("\(file.path):\(index + 1) says article")
            }
        }
    }

    @Test("a stored key may say `article`; a message, a comment and an identifier may not")
    func articleBanIsExact() {
        #expect(!saysArticle(#"line("article", sku.text)"#))
        #expect(!saysArticle(#"add(.problem, "alias_is_article", "No such SKU.")"#))
        #expect(saysArticle(#"reason: "The list names no article.""#))
        #expect(saysArticle("/// Makes room for so many articles."))
        #expect(saysArticle("struct ArticleLevels {"))
    }

    private func saysArticle(_ text: String) -> Bool {
        let line = SourceTree.Line(text)
        let isKey = { (literal: String) in literal.allSatisfy { $0.isLowercase || $0 == "_" } }
        return ([line.code] + line.literals.filter { !isKey($0) }).contains {
            $0.lowercased().contains("article")
        }
    }

    @Test("unchecked sharing between threads gives its reason on the line above")
    func uncheckedSendable() throws {
        for file in try SourceTree.swiftFiles(in: ["Sources"]) {
            for (index, line) in file.lines.enumerated()
            where line.contains("@unchecked Sendable") || line.contains("nonisolated(unsafe)") {
                let above = index > 0 ? file.lines[index - 1].trimmingCharacters(in: .whitespaces) : ""
                #expect(
                    above.hasPrefix("//") || above.hasPrefix("@"),
                    "\(file.path):\(index + 1) gives no reason"
                )
            }
        }
    }

    @Test("types are named with the field's own words")
    func namesOfTypes() throws {
        let vague = ["Manager", "Helper", "Utils", "Util", "Handler", "Info"]
        for file in try SourceTree.swiftFiles(in: ["Sources"]) {
            for (index, line) in file.lines.enumerated() {
                let words = line.split { !$0.isLetter && !$0.isNumber && $0 != "_" }.map(String.init)
                guard
                    let kind = words.firstIndex(where: { ["struct", "class", "enum", "actor"].contains($0) }),
                    kind + 1 < words.count, !line.trimmingCharacters(in: .whitespaces).hasPrefix("//")
                else { continue }
                for ending in vague where words[kind + 1].hasSuffix(ending) {
                    Issue.record("\(file.path):\(index + 1) declares \(words[kind + 1])")
                }
            }
        }
    }
}
