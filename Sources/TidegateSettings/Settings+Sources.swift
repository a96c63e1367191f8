package import InventoryCore

extension Settings {
    /// Gives the source of that name.
    ///
    /// - Throws: `Fault` with the names that exist.
    package func source(named name: String) throws(Fault) -> SourceSettings {
        if let source = sources.first(where: { $0.id == SourceID(name) }) { return source }
        throw Fault(
            .usage,
            code: "unknown_source",
            message: "\(file) has no source \(Spelling.quoted(name)).",
            hint: "It has these: \(sources.map(\.id.text).joined(separator: ", "))."
        )
    }

    /// Gives the only source, for commands that read one and were not told which.
    ///
    /// - Throws: `Fault` with the names to choose from where there are several.
    package func onlySource() throws(Fault) -> SourceSettings {
        if let source = sources.first, sources.count == 1 { return source }
        throw Fault(
            .usage,
            code: "ambiguous_source",
            message: "\(file) has \(sources.count) sources, and this command reads one.",
            hint: sourceHint
        )
    }

    /// When runs of a source start on their own: its own schedule, else the one for all.
    package func schedule(of source: SourceSettings) -> ScheduleSettings? { source.schedule ?? schedule }

    /// After how many seconds without a newer statement a source counts as silent; nothing where neither it
    /// nor a schedule says so.
    package func freshSeconds(of source: SourceSettings) -> Double? {
        if let seconds = source.freshSeconds { return seconds }
        guard case .every(let seconds) = schedule(of: source)?.timing else { return nil }
        return 4 * seconds
    }

    /// Says where the deliveries lie that are sent to the service.
    mutating func placeUploads() {
        for index in sources.indices where sources[index].kind == .upload {
            sources[index].path = "\(store.path)/uploads/\(sources[index].id)"
            sources[index].folder.after = .delete
        }
    }

    private var sourceHint: String {
        "Name one with --source: \(Spelling.alternatives(sources.map(\.id.text)))."
    }
}

extension Settings {
    /// Gives where a service of several shops listens: by the file where one is named, else by the only
    /// configuration that has a section `service`.
    ///
    /// - Throws: everything that is wrong, or `Fault` where two configurations have one.
    package static func service(of all: [Settings], in file: String?) throws -> ServiceSettings {
        if let file {
            let text = try SettingsFile.text(path: file)
            return try SettingsDecoder(file: file, lists: SKUList.read).service(alone: text)
        }
        let stated = all.filter(\.statesService)
        guard stated.count <= 1 else {
            throw Fault(
                .badConfiguration,
                code: "several_services",
                place: stated[1].file,
                message: "\(stated[0].file) and \(stated[1].file) both have a section `service`.",
                hint: "One process listens once: keep one of them, or name a file of its own with --service."
            )
        }
        return stated.first?.service ?? ServiceSettings()
    }
}
