import Foundation
import Testing

@Suite("The shape of the source")
struct ShapeTests {
    @Test("no Swift file is longer than 400 lines, and no line than 110 columns")
    func sizes() throws {
        for file in try SourceTree.swiftFiles(in: ["Sources", "Tests", "Benchmarks"]) {
            #expect(file.lines.count <= 400, "\(file.path) has \(file.lines.count) lines")
            // Data written down as text keeps the shape it came in.
            let isData = file.path.contains("/Fixtures/")
            for (index, line) in file.lines.enumerated() where line.count > 110 && !isData {
                Issue.record("\(file.path):\(index + 1) has \(line.count) columns")
            }
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
