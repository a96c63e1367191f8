package import InventoryCore

/// Who is told what by itself.
package struct AlertSettings: Hashable, Sendable {
    /// In the order of the file.
    package var receivers: [AlertReceiver] = []
    /// A PEM file of the authorities to trust instead of the system's.
    package var caFile: String?
    /// Where receivers are reached through a proxy.
    package var proxy: Credential?

    package var rules: [AlertRule] { receivers.map(\.rule) }

    /// Until when receivers have quiet hours; those that have none now are missing.
    package func quietUntil(at now: Timestamp) -> [String: Timestamp] {
        var until: [String: Timestamp] = [:]
        for receiver in receivers { until[receiver.name] = receiver.quiet?.end(at: now) }
        return until
    }
}

/// One way to tell people.
package struct AlertReceiver: Hashable, Sendable {
    package let name: String
    package let way: Way
    package var rule: AlertRule
    package var quiet: ZonedQuietHours?

    package enum Way: Hashable, Sendable {
        /// Our own JSON, signed where there is a secret.
        case webhook(url: Credential, secret: Credential?)
        /// The address is the secret.
        case slack(url: Credential)
        case teams(url: Credential)
        case mail(MailSettings)
        /// A program with its arguments, which gets the JSON on its standard input.
        case command([String], timeoutSeconds: Double)
    }
}

/// How alerts are mailed.
package struct MailSettings: Hashable, Sendable {
    package enum Encryption: String, Hashable, Sendable, CaseIterable {
        /// Begins in the clear and goes on with TLS, or not at all.
        case startTLS = "starttls"
        /// TLS from the first byte.
        case tls
        case none
    }

    package var host: String
    package var port: Int
    package var encryption: Encryption
    package var from: String
    package var to: [String]
    package var user: String?
    package var password: Credential?
}

/// Quiet hours in a time zone.
package struct ZonedQuietHours: Hashable, Sendable {
    package let hours: QuietHours
    /// By the name of the time zone database.
    package let zone: String

    /// When the quiet ends that holds now; nothing outside of it.
    package func end(at now: Timestamp) -> Timestamp? {
        guard let clock = ZoneClock(named: zone) else { return nil }
        let second = Int(now.microseconds / 1_000_000)
        guard let end = hours.end(ofLocal: second + clock.offset(at: second)) else { return nil }
        let offsets = clock.offsets(onDay: end / ZoneClock.secondsPerDay)
        return Timestamp(microseconds: Int64(clock.instant(ofLocal: end, offsets: offsets)) * 1_000_000)
    }
}
