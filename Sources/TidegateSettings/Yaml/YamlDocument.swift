import Yams

/// Reads one YAML text into marked nodes, within limits.
///
/// Yams builds the tree and knows the places. This adds limits, and refuses what the configuration has no use
/// for.
struct YamlDocument {
    let root: MarkedNode

    /// How much of an untrusted file is taken.
    enum Limits {
        static let bytesMax = 1 << 20
        static let depthMax = 32
        /// Counted after aliases are expanded, so that a small file cannot become a huge tree.
        static let valuesMax = 100_000
    }

    /// Gives the document, and adds to `log` what is wrong with it; nothing when there is no tree to go on
    /// with.
    static func read(_ text: String, log: ProblemLog) -> YamlDocument? {
        if let place = ComplexKeys.withAliases(in: text) {
            log.add(
                .badYaml,
                at: place,
                "",
                "A key that is an alias, a list or a section is not taken in a file with aliases.",
                hint: "Write the key out as plain text."
            )
            return nil
        }
        do {
            guard let node = try Yams.compose(yaml: text) else { return empty(log) }
            var converter = NodeConverter(log: log)
            guard let root = converter.convert(node, depth: 1) else { return nil }
            return root.isNull ? empty(log) : YamlDocument(root: root)
        } catch YamlError.duplicatedKeysInMapping(let names, let context) {
            // Yams stops here, so nothing else of the file is reported.
            log.add(
                .duplicateKey,
                at: MarkedNode.Place(line: context.mark.line, column: context.mark.column),
                Spelling.quoted(names.min() ?? ""),
                "The key is written twice in its section.",
                hint: "Keep one of them."
            )
            return nil
        } catch {
            report(error, log: log)
            return nil
        }
    }

    private static func empty(_ log: ProblemLog) -> YamlDocument? {
        log.add(
            .missingKey,
            at: .file,
            "",
            "The file has no content.",
            hint: "Start from config/tidegate.yaml, the commented reference."
        )
        return nil
    }

    /// Says what Yams found, without its excerpt of the file: a secret may stand in it.
    private static func report(_ error: any Error, log: ProblemLog) {
        let hint = "Check indentation, quotation marks and the colon with a blank after each key."
        switch error {
        case YamlError.scanner(let context, let problem, let mark, _),
            YamlError.parser(let context, let problem, let mark, _),
            YamlError.composer(let context, let problem, let mark, _):
            let inside = context.map { ", \($0.text) that begins in line \($0.mark.line)" } ?? ""
            log.add(
                .badYaml,
                at: MarkedNode.Place(line: mark.line, column: mark.column),
                "",
                "This is not YAML: \(problem)\(inside).",
                hint: hint
            )
        case YamlError.reader(let problem, let offset, _, let text):
            let line = offset.map { text.prefix($0).filter(\.isNewline).count + 1 } ?? 0
            log.add(
                .badYaml,
                at: MarkedNode.Place(line: line, column: 0),
                "",
                "This is not YAML: \(problem).",
                hint: "Remove the control character, or save the file as UTF-8."
            )
        default:
            log.add(.badYaml, at: .file, "", "The file cannot be read as YAML.", hint: hint)
        }
    }
}
