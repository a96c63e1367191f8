import InventoryCore
import SnapshotFormats

extension SettingsDecoder {
    /// The section `service`.
    func service(_ section: Section) -> ServiceSettings {
        var section = section
        var service = ServiceSettings()
        let bind = section.field("bind")
        if let bind, let text = bind.text("host:port") {
            if let (host, port) = SettingsDecoder.hostAndPort(text) {
                service.host = host
                service.port = port
            } else {
                bind.refuse(
                    "\(Spelling.quoted(text)) is not host:port.",
                    hint: "Write it as in 127.0.0.1:8080 or \"[::1]:8080\"."
                )
            }
        }
        service.controlSocket = section.field("control_socket")?.name(bytesMax: 100)
        service.tls = section.section("tls").flatMap(tls)
        service.tokensFile = section.field("tokens_file")?.name()
        service.isBehindProxy = section.field("behind_proxy")?.flag() ?? false
        service.drainSeconds = section.field("drain")?.seconds(in: 1...3600) ?? service.drainSeconds
        section.finish()
        if !service.isLoopback, let bind { requireProtection(service, bind) }
        return service
    }

    /// Whoever can be reached from elsewhere needs to know who asks, and that nobody listens in.
    private func requireProtection(_ service: ServiceSettings, _ bind: Field) {
        if service.tokensFile == nil {
            bind.refuse(
                "\(Spelling.quoted(service.host)) is reached from elsewhere, and nothing says who may ask.",
                hint: "Name a tokens_file (`tidegate token create` writes it), or bind to 127.0.0.1."
            )
        } else if service.tls == nil, !service.isBehindProxy {
            bind.refuse(
                "\(Spelling.quoted(service.host)) is reached from elsewhere, and tokens go in the clear.",
                hint: "Add tls: { certificate_file, key_file }, or behind_proxy: true where a proxy ends TLS."
            )
        }
    }

    private func tls(_ section: Section) -> ServiceSettings.TLSFiles? {
        var section = section
        let hint = "Name PEM files: certificate_file with the chain, key_file with its key."
        let certificate = section.required("certificate_file", hint: hint)?.name()
        let key = section.required("key_file", hint: hint)?.name()
        section.finish()
        guard let certificate, let key else { return nil }
        return ServiceSettings.TLSFiles(certificate: certificate, key: key)
    }

    /// The section `events` of a source whose snapshots have such columns.
    func events(_ section: Section, _ columns: ColumnMapping) -> EventSettings {
        var section = section
        var events = EventSettings()
        let answers = EventSettings.Answers.allCases.map { ($0.rawValue, $0) }
        events.answers = section.field("answers")?.choice(answers) ?? events.answers
        let signature = section.field("signature")
        if let signature { events.signature = self.signature(signature) ?? .none }
        events.secretsFile = section.field("secrets_file")?.name()
        events.takesURLToken = section.field("url_token")?.flag() ?? false
        let clientState = section.field("client_state_file")
        events.clientStateFile = clientState?.name()
        events.allowedOrigins = (section.field("allowed_origins")?.items() ?? []).compactMap { $0.name() }
        events.mapping = section.section("mapping").map(mapping)
        if let mapping = events.mapping { requireWholeLevels(mapping, columns, section) }
        section.finish()
        if events.mapping == nil {
            clientState?.refuse(
                "Only bodies of a form of their own carry a client state, and there is no mapping for them.",
                hint: "Add mapping, or prove the sender by signature."
            )
        }
        if let signature, events.signature != .none, events.secretsFile == nil {
            signature.refuse(
                "A signature needs the secrets that it is made with.",
                hint: "Name a secrets_file with one secret a line, readable for the service alone."
            )
        }
        return events
    }

    /// Refuses levels that would count what is committed as free.
    private func requireWholeLevels(_ mapping: EventMapping, _ columns: ColumnMapping, _ section: Section) {
        guard columns != .byName, mapping.columns.onHand != nil else { return }
        let parts: [(String, ColumnRule?, EventMapping.Column?)] = [
            ("committed", columns.committed, mapping.columns.committed),
            ("unusable", columns.unusable, mapping.columns.unusable),
        ]
        for (key, column, mapped) in parts where column?.isColumn ?? false && mapped == nil {
            log.add(
                .missingKey,
                at: section.place(of: "mapping", "columns", "on_hand"),
                "\(section.path).mapping.columns.\(key)",
                "Snapshots of this source have a column for \(key), and its levels would count it as free.",
                hint: "Name \(key), or net, or let these events be hints."
            )
        }
    }

    private func signature(_ field: Field) -> SignatureSettings? {
        guard case .mapping = field.node.content, var section = field.section() else {
            return field.choice([
                ("none", .none), ("standard-webhooks", .standardWebhooks), ("frappe", .frappe),
                ("shopify", .shopify), ("github", .github), ("oro", .oro),
            ])
        }
        let header = section.required("header", hint: "Name the header that carries the signature.")?.name()
        var custom = SignatureSettings.Custom(header: header ?? "")
        _ = section.field("algorithm")?.choice([("hmac-sha256", true)])
        custom.isBase64 = section.field("encoding")?.choice([("hex", false), ("base64", true)]) ?? false
        custom.prefix = section.field("prefix")?.text("a text") ?? ""
        let signedField = section.field("signed")
        custom.signed = signedField?.text("a text with {body}") ?? custom.signed
        custom.timestampHeader = section.field("timestamp_header")?.name()
        custom.toleranceSeconds =
            section.field("tolerance")?.seconds(in: 1...86400) ?? custom.toleranceSeconds
        section.finish()
        if !custom.signed.contains("{body}") {
            signedField?.refuse(
                "What is signed has to contain {body}.",
                hint: "Write \"{timestamp}.{body}\"."
            )
        } else if custom.signed.contains("{timestamp}"), custom.timestampHeader == nil {
            signedField?.refuse(
                "Nothing says which header has the time.",
                hint: "Name it: timestamp_header: X-Time."
            )
        }
        return header == nil ? nil : .custom(custom)
    }

    static func hostAndPort(_ text: String) -> (String, Int)? {
        guard let colon = text.lastIndex(of: ":") else { return nil }
        var host = text[..<colon]
        let digits = text[text.index(after: colon)...]
        guard let port = Int(digits), (0...65535).contains(port), digits.utf8.allSatisfy({ $0 > 47 }) else {
            return nil
        }
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
        } else if host.contains(":") {
            return nil
        }
        guard !host.isEmpty, host.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != 0x2F }) else {
            return nil
        }
        return (String(host), port)
    }
}
