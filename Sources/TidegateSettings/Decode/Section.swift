/// The keys of one YAML section while they are read; a key that was not asked for is unknown.
struct Section {
    let place: MarkedNode.Place
    let path: String
    let log: ProblemLog
    private let entries: [MarkedNode.Entry]
    private var known: [String] = []

    /// Logs keys that are written twice; the first of them counts.
    init(entries: [MarkedNode.Entry], place: MarkedNode.Place, path: String, log: ProblemLog) {
        self.place = place
        self.path = path
        self.log = log
        var firsts: [String: MarkedNode.Place] = [:]
        var kept: [MarkedNode.Entry] = []
        for entry in entries {
            if let first = firsts[entry.key] {
                log.add(
                    .duplicateKey,
                    at: entry.keyPlace,
                    Section.path(path, entry.key),
                    "The key is written twice in its section; the first one is in line \(first.line).",
                    hint: "Keep one of them."
                )
            } else {
                firsts[entry.key] = entry.keyPlace
                kept.append(entry)
            }
        }
        self.entries = kept
    }

    /// The value of a key; nothing where it is missing or says `null`.
    mutating func field(_ key: String) -> Field? {
        known.append(key)
        guard let entry = entry(key), !entry.value.isNull else { return nil }
        return Field(node: entry.value, path: Section.path(path, key), log: log)
    }

    /// The value of a key that must be there.
    mutating func required(_ key: String, hint: String) -> Field? {
        if let field = field(key) { return field }
        let missing = has(key) ? "The key has no value." : "The key is missing."
        log.add(
            .missingKey,
            at: entry(key)?.keyPlace ?? place,
            Section.path(path, key),
            missing,
            hint: hint
        )
        return nil
    }

    /// The keys below a key; nothing where it is missing.
    mutating func section(_ key: String) -> Section? { field(key)?.section() }

    /// Whether nothing stands in it.
    var isEmpty: Bool { entries.isEmpty }

    /// Whether the key is written, even with `null`.
    func has(_ key: String) -> Bool { entry(key) != nil }

    func keyPlace(_ key: String) -> MarkedNode.Place { entry(key)?.keyPlace ?? place }

    /// Where a nested value is written, or as much of the way to it as is.
    func place(of keys: String...) -> MarkedNode.Place {
        var (place, entries) = (place, entries)
        for key in keys {
            guard let entry = entries.first(where: { $0.key == key }) else { return place }
            place = entry.value.place
            if case .mapping(let below) = entry.value.content { entries = below } else { entries = [] }
        }
        return place
    }

    /// All keys with their values, for sections whose keys are names; `null` is refused.
    mutating func named() -> [(name: String, keyPlace: MarkedNode.Place, field: Field)] {
        entries.map { entry in
            known.append(entry.key)
            let field = Field(node: entry.value, path: Section.path(path, entry.key), log: log)
            return (entry.key, entry.keyPlace, field)
        }
    }

    /// Takes the first of several keys that exclude one another, and refuses the others.
    mutating func only(oneOf keys: [String]) -> String? {
        known += keys
        let present = keys.filter { entry($0).map { !$0.value.isNull } ?? false }
        guard let first = present.first else { return nil }
        for other in present.dropFirst() {
            log.add(
                .conflictingKeys,
                at: keyPlace(other),
                Section.path(path, other),
                "The key excludes \(Spelling.quoted(first)), which is written here too.",
                hint: "Keep one of them."
            )
        }
        return first
    }

    /// Logs the unknown keys; call it last.
    func finish() {
        let names = Array(Set(known)).sorted()
        for entry in entries where !known.contains(entry.key) {
            log.add(
                .unknownKey,
                at: entry.keyPlace,
                Section.path(path, entry.key),
                "There is no such key.",
                hint: hint(for: entry.key, names)
            )
        }
    }

    private func hint(for key: String, _ names: [String]) -> String {
        if key == "<<" { return "YAML 1.2 has no merge keys: write the values out, or use a whole alias." }
        if let near = Spelling.nearest(to: key, in: names) { return "Did you mean \(Spelling.quoted(near))?" }
        return names.isEmpty ? "Nothing belongs here." : "Known here: \(names.joined(separator: ", "))."
    }

    private func entry(_ key: String) -> MarkedNode.Entry? { entries.first { $0.key == key } }

    /// `a.b`, with odd keys quoted and cut.
    private static func path(_ path: String, _ key: String) -> String {
        let isPlain =
            !key.isEmpty && key.utf8.count <= 60 && key.unicodeScalars.allSatisfy { $0.value > 0x20 }
        let shown = isPlain && !key.contains(".") ? key : Spelling.quoted(key)
        return path.isEmpty ? shown : "\(path).\(shown)"
    }
}
