extension SettingsDecoder {
    /// The keys of `oro` that say where the client's id and secret are.
    func credentials(_ section: inout Section, into settings: inout OroSettings) {
        if let field = section.field("client_secret") {
            field.refuse(
                "A secret does not belong into the configuration.",
                hint:
                    "Use client_secret_env or client_secret_file, and change this secret."
            )
        }
        settings.clientID =
            credential(&section, keys: ["client_id_env", "client_id"])
            ?? placed(settings.clientID, section)
        settings.clientSecret =
            credential(&section, keys: ["client_secret_env", "client_secret_file"])
            ?? placed(settings.clientSecret, section)
    }

    private func credential(_ section: inout Section, keys: [String]) -> Credential? {
        guard let key = section.only(oneOf: keys), let field = section.field(key) else { return nil }
        let source: Credential.Source?
        if key.hasSuffix("_env") {
            source = variableName(field).map { .environment($0) }
        } else if key.hasSuffix("_file") {
            source = field.name().map { .file($0) }
        } else {
            source = field.name().map { .value($0) }
        }
        return source.map { Credential($0, file: log.file, place: field.place, keyPath: field.path) }
    }

    /// The default, found at the section that could have said otherwise.
    private func placed(_ credential: Credential, _ section: Section) -> Credential {
        Credential(credential.source, file: log.file, place: section.place, keyPath: credential.keyPath)
    }

    /// The name of an environment variable.
    ///
    /// Names are shown in messages, and a secret that is pasted here by mistake must not be: so only names in
    /// upper case are taken, and another value is refused unseen.
    func variableName(_ field: Field) -> String? {
        guard let name = field.text() else { return nil }
        let isName =
            name.utf8.count <= 100 && name.first?.isNumber == false
            && name.utf8.allSatisfy { (65...90).contains($0) || (48...57).contains($0) || $0 == 95 }
        guard isName else {
            field.refuse(
                "This is not the name of an environment variable.",
                hint: "Write the name, in capitals, digits and underscores, not the value."
            )
            return nil
        }
        return name
    }
}
