import Foundation
import InventoryCore

extension SettingsDecoder {
    private static let receiversMax = 20

    /// The section `alerts`.
    func alerts(_ section: Section) -> AlertSettings {
        var section = section
        var alerts = AlertSettings()
        alerts.caFile = section.field("ca_file")?.name()
        alerts.proxy = section.field("proxy_file").flatMap(secretFile)
        let quiet = section.section("quiet").flatMap(quietHours)
        let perHour = section.field("per_hour")?.integer(in: 1...1_000)
        if var receivers = section.section("receivers") {
            let named = receivers.named()
            for (name, place, field) in named.prefix(SettingsDecoder.receiversMax) {
                guard SettingsDecoder.isReceiverName(name) else {
                    log.add(
                        .badValue,
                        at: place,
                        "\(receivers.path).\(Spelling.quoted(name))",
                        "This is no name of a receiver.",
                        hint: "Use a-z, 0-9 and hyphens, at most 40."
                    )
                    continue
                }
                guard var below = field.section() else { continue }
                guard var receiver = self.receiver(name, &below) else { continue }
                receiver.quiet = below.section("quiet").flatMap(quietHours) ?? quiet
                let own = below.field("per_hour")?.integer(in: 1...1_000)
                receiver.rule.perHourMax = own ?? perHour ?? receiver.rule.perHourMax
                below.finish()
                alerts.receivers.append(receiver)
            }
            if named.count > SettingsDecoder.receiversMax {
                log.add(
                    .badValue,
                    at: receivers.place,
                    receivers.path,
                    "There are more than \(SettingsDecoder.receiversMax) receivers.",
                    hint: "Tell a mailing list or a channel instead of each person."
                )
            }
        }
        section.finish()
        return alerts
    }

    private static func isReceiverName(_ name: String) -> Bool {
        (1...40).contains(name.utf8.count)
            && name.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == 45 }
    }

    private func receiver(_ name: String, _ section: inout Section) -> AlertReceiver? {
        var rule = AlertRule(receiver: name)
        let owners = InventoryException.Owner.allCases.map { ($0.rawValue, $0) }
        if let items = section.field("owners")?.items() {
            rule.owners = Set(items.compactMap { $0.choice(owners) })
        }
        let severities = ExceptionSeverity.allCases.map { ($0.rawValue, $0) }
        rule.severityMin = section.field("severity")?.choice(severities) ?? rule.severityMin
        let kinds = Alert.Kind.allCases.filter { $0 != .test }.map { ($0.rawValue, $0) }
        if let items = section.field("on")?.items() {
            rule.kinds = Set(items.compactMap { $0.choice(kinds) })
        }
        let words = ["webhook", "slack", "teams", "mail", "command"].map { ($0, $0) }
        let kind = section.required("kind", hint: "Write webhook, slack, teams, mail or command.")?
            .choice(words)
        guard let way = kind.flatMap({ way($0, &section) }) else {
            // What is wrong was said; keys that belong to another kind would only be said beside it.
            return nil
        }
        return AlertReceiver(name: name, way: way, rule: rule)
    }

    private func way(_ kind: String, _ section: inout Section) -> AlertReceiver.Way? {
        switch kind {
        case "webhook":
            guard let key = section.only(oneOf: ["url", "url_file"]) else {
                _ = section.required("url", hint: "Say where the alerts are posted.")
                return nil
            }
            let url = section.field(key).flatMap { key == "url" ? address($0) : secretFile($0) }
            let secret = section.field("secret_file").flatMap(secretFile)
            return url.map { .webhook(url: $0, secret: secret) }
        case "slack", "teams":
            let hint = "Write the address into a file; whoever knows it may post."
            let url = section.required("url_file", hint: hint).flatMap(secretFile)
            return url.map { kind == "slack" ? .slack(url: $0) : .teams(url: $0) }
        case "mail": return mail(&section).map { .mail($0) }
        default:
            let hint = "Write the program and its arguments, each an item of the list."
            let items = section.required("command", hint: hint)?.items()
            let command = items?.compactMap { $0.name() } ?? []
            let timeout = section.field("timeout")?.seconds(in: 1...60) ?? 10
            guard let program = command.first, command.count == items?.count else { return nil }
            guard program.hasPrefix("/") else {
                items?.first?.refuse("The program is named by its whole path.", hint: "Begin it with /.")
                return nil
            }
            return .command(command, timeoutSeconds: timeout)
        }
    }

    private func mail(_ section: inout Section) -> MailSettings? {
        let words = MailSettings.Encryption.allCases.map { ($0.rawValue, $0) }
        let encryption = section.field("encryption")?.choice(words) ?? .startTLS
        let server = section.required("server", hint: "Write host, or host:port.")
        let named = server?.name(bytesMax: 255)
        let from = section.required("from", hint: "Write the sender's address.").flatMap(mailAddress)
        let to =
            section.required("to", hint: "Write a list of addresses.")?.items()?
            .compactMap(mailAddress) ?? []
        let user = section.field("user")?.name(bytesMax: 255)
        let password = section.field("password_file").flatMap(secretFile)
        guard let server, let named, let from, !to.isEmpty else { return nil }
        let usual = encryption == .tls ? 465 : encryption == .startTLS ? 587 : 25
        let (host, port) = SettingsDecoder.hostAndPort(named) ?? (named, usual)
        let isHost = host.utf8.allSatisfy {
            (97...122).contains($0 | 32) || (48...57).contains($0) || [45, 46, 58].contains($0)
        }
        guard isHost, !host.isEmpty else {
            server.refuse("\(Spelling.quoted(named)) is no server.", hint: "Write host, or host:port.")
            return nil
        }
        let isHere = ["127.0.0.1", "::1", "localhost"].contains(host)
        if password != nil, encryption == .none, !isHere {
            server.refuse("The password would go in the clear.", hint: "Use encryption: starttls or tls.")
            return nil
        }
        if (user == nil) != (password == nil) {
            server.refuse(
                "Whoever signs in has a user and a password_file.",
                hint: "Write both, or neither.",
                code: .missingKey
            )
            return nil
        }
        return MailSettings(
            host: host,
            port: port,
            encryption: encryption,
            from: from,
            to: to,
            user: user,
            password: password
        )
    }

    /// An address as it stands between angle brackets; nothing that could be read as more than one.
    private func mailAddress(_ field: Field) -> String? {
        guard let text = field.name(bytesMax: 254) else { return nil }
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        let isPlain = text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && !"<>()[]\\,;:\"".utf8.contains($0) }
        guard parts.count == 2, parts.allSatisfy({ !$0.isEmpty }), isPlain else {
            field.refuse(
                "\(Spelling.quoted(text)) is no mail address.",
                hint: "Write it as name@example.com."
            )
            return nil
        }
        return text
    }

    private func quietHours(_ section: Section) -> ZonedQuietHours? {
        var section = section
        let hint = "Write from: \"22:00\", to: \"06:30\", time_zone: Europe/Berlin."
        let from = section.required("from", hint: hint).flatMap(secondOfDay)
        let to = section.required("to", hint: hint).flatMap(secondOfDay)
        let zoneField = section.required("time_zone", hint: hint)
        let zone = zoneField?.name(bytesMax: 100)
        section.finish()
        guard let from, let to, let zone else { return nil }
        guard ZoneClock(named: zone) != nil else {
            zoneField?.refuse(
                "\(Spelling.quoted(zone)) is no time zone.",
                hint: "Write a name of the time zone database, such as Europe/Berlin."
            )
            return nil
        }
        return ZonedQuietHours(hours: QuietHours(fromSecond: from, toSecond: to), zone: zone)
    }

    private func secondOfDay(_ field: Field) -> Int? {
        guard let text = field.text("a time of day such as 22:00") else { return nil }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ $0.count == 2 }), let hour = Int(parts[0]),
            let minute = Int(parts[1]), (0..<24).contains(hour), (0..<60).contains(minute)
        else {
            field.refuse("\(Spelling.quoted(text)) is no time of day.", hint: "Write it as \"06:30\".")
            return nil
        }
        return hour * 3_600 + minute * 60
    }

    private func secretFile(_ field: Field) -> Credential? {
        field.name().map { Credential(.file($0), file: log.file, place: field.place, keyPath: field.path) }
    }

    /// An address that is no secret itself.
    private func address(_ field: Field) -> Credential? {
        guard let text = field.name() else { return nil }
        guard let url = URL(string: text), let scheme = url.scheme, ["http", "https"].contains(scheme),
            url.host?.isEmpty == false
        else {
            field.refuse("This is no address.", hint: "Write it as https://example.com/path.")
            return nil
        }
        guard url.user == nil, url.password == nil, url.query == nil else {
            field.refuse(
                "An address with a password or a query may be a secret.",
                hint: "Write it into a file and name that: url_file."
            )
            return nil
        }
        return Credential(.value(text), file: log.file, place: field.place, keyPath: field.path)
    }
}
