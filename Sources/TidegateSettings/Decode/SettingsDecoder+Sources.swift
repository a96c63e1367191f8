import InventoryCore
import SnapshotFormats

extension SettingsDecoder {
    /// More than any shop has; each costs a baseline and a schedule.
    static let sourcesMax = 100

    /// The key `shop`.
    func shop(_ root: inout Section) -> ShopID {
        guard let field = root.field("shop"), let name = field.name(), field.checkName(name) else {
            return .main
        }
        return ShopID(name)
    }

    /// The key `source`, or the keys below `sources`, in the order of the file; nothing where one is wrong.
    func sources(_ root: inout Section) -> [SourceSettings]? {
        switch root.only(oneOf: ["source", "sources"]) {
        case "source":
            let source = root.section("source").flatMap { self.source($0, id: .main) }
            return source.map { [$0] }
        case "sources":
            return root.section("sources").flatMap(named)
        default:
            _ = root.required("source", hint: "Say where snapshots come from: source: {…} or sources: {…}.")
            return nil
        }
    }

    private func named(_ section: Section) -> [SourceSettings]? {
        var section = section
        let entries = section.named()
        guard (1...SettingsDecoder.sourcesMax).contains(entries.count) else {
            log.add(
                entries.isEmpty ? .missingKey : .badValue,
                at: section.place,
                section.path,
                "There are \(entries.count) sources.",
                hint: "Write from 1 to \(SettingsDecoder.sourcesMax), each under a name of its own."
            )
            return nil
        }
        var sources: [SourceSettings] = []
        for (name, keyPlace, field) in entries {
            let isName = field.checkName(name, at: keyPlace)
            guard let section = field.section(), let source = source(section, id: SourceID(name)), isName
            else { continue }
            if let other = sources.first(where: { $0.sharesLocation(with: source) }) {
                refuseSharedLocation(of: section, source, other)
            }
            sources.append(source)
        }
        return sources.count == entries.count ? sources : nil
    }

    private func refuseSharedLocation(of section: Section, _ source: SourceSettings, _ other: SourceSettings)
    {
        let column = source.format.columns.location?.source
        let location =
            if case .constant(let text) = column { Spelling.quoted(text) } else { "without a name" }
        log.add(
            .conflictingKeys,
            at: section.place(of: "columns", "location"),
            "\(section.path).columns.location",
            "The source \(Spelling.quoted(other.id.text)) states the same location, \(location).",
            hint: "Give each source locations of its own: only one may say what lies there."
        )
    }
}

extension SourceSettings {
    /// Whether both sources can only state one location, and the same.
    fileprivate func sharesLocation(with other: SourceSettings) -> Bool {
        guard let location = fixedLocation else { return false }
        return location == other.fixedLocation
    }

    /// The location of every row, where the configuration says it; without a column it has no name.
    private var fixedLocation: Location? {
        guard format.columns != .byName else { return nil }
        switch format.columns.location?.source {
        case nil: return Location("")
        case .constant(let text): return Location(text)
        default: return nil
        }
    }
}

extension Field {
    /// Whether a text can stand in paths, metrics and logs; refuses it where not.
    fileprivate func checkName(_ name: String, at place: MarkedNode.Place? = nil) -> Bool {
        let isPlain = name.utf8.allSatisfy { byte in
            (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) || byte == UInt8(ascii: "-")
        }
        if isPlain, (1...40).contains(name.utf8.count) { return true }
        log.add(
            .badValue,
            at: place ?? self.place,
            path,
            "\(Spelling.quoted(name)) cannot be a name.",
            hint: "Use 1 to 40 of the characters a–z, 0–9 and -."
        )
        return false
    }
}
