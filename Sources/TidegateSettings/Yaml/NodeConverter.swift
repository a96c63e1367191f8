import Yams

/// Turns Yams' tree into marked nodes and refuses what grows beyond the limits.
struct NodeConverter {
    let log: ProblemLog
    private var values = 0

    init(log: ProblemLog) {
        self.log = log
    }

    /// Gives the value, or nothing after saying why.
    mutating func convert(_ node: Node, depth: Int) -> MarkedNode? {
        let place = NodeConverter.place(node)
        values += 1
        guard values <= YamlDocument.Limits.valuesMax else {
            if values == YamlDocument.Limits.valuesMax + 1 {
                log.add(
                    .tooManyValues,
                    at: place,
                    "",
                    "The file has more than \(YamlDocument.Limits.valuesMax) values, aliases written out.",
                    hint: "Put long lists of SKUs into a list file."
                )
            }
            return nil
        }
        guard depth <= YamlDocument.Limits.depthMax else {
            log.add(
                .tooDeep,
                at: place,
                "",
                "Values are nested more than \(YamlDocument.Limits.depthMax) deep.",
                hint: "No setting needs that; check the indentation and the brackets."
            )
            return nil
        }
        switch node {
        case .scalar(let scalar): return convert(scalar, at: place)
        case .sequence(let sequence):
            var items: [MarkedNode] = []
            for item in sequence {
                guard let item = convert(item, depth: depth + 1) else { return nil }
                items.append(item)
            }
            return MarkedNode(content: .sequence(items), place: place)
        case .mapping(let mapping):
            return convert(mapping, at: place, depth: depth)
        case .alias:
            // Yams resolves aliases while it reads, and gives this case to those who build trees themselves.
            return nil
        }
    }

    private mutating func convert(_ scalar: Node.Scalar, at place: MarkedNode.Place) -> MarkedNode? {
        let tag = scalar.tag.rawValue
        let isString = tag == Tag.Name.str.rawValue
        if !tag.isEmpty, !isString, tag != "!" {
            log.add(
                .wrongType,
                at: place,
                "",
                "The tag \(Spelling.quoted(tag)) means nothing here.",
                hint: "Remove the tag: each key knows its type."
            )
        }
        let isPlain = scalar.style == .plain && !isString
        return MarkedNode(content: .scalar(text: scalar.string, isPlain: isPlain), place: place)
    }

    private mutating func convert(
        _ mapping: Node.Mapping,
        at place: MarkedNode.Place,
        depth: Int
    ) -> MarkedNode? {
        var entries: [MarkedNode.Entry] = []
        for (key, value) in mapping {
            let keyPlace = NodeConverter.place(key)
            guard case .scalar(let scalar) = key else {
                log.add(
                    .wrongType,
                    at: keyPlace,
                    "",
                    "A key has to be a plain text.",
                    hint: "Write “key: value”; quote texts that begin with [ or {."
                )
                continue
            }
            guard let value = convert(value, depth: depth + 1) else { return nil }
            entries.append(MarkedNode.Entry(key: scalar.string, keyPlace: keyPlace, value: value))
        }
        return MarkedNode(content: .mapping(entries), place: place)
    }

    private static func place(_ node: Node) -> MarkedNode.Place {
        guard let mark = node.mark else { return .file }
        return MarkedNode.Place(line: mark.line, column: mark.column)
    }
}
