import CCurl
import Foundation
import HTTPTransport
import InventoryCore
import TidegatePipeline
import TidegateSettings

/// Mails an alert by SMTP.
struct AlertMail: Sendable {
    private let settings: MailSettings
    private let password: Secret?
    private let caFile: String?

    init(_ settings: MailSettings, password: Secret?, caFile: String?) {
        (self.settings, self.password, self.caFile) = (settings, password, caFile)
    }

    /// Evaluated before the first mail, and never again.
    private static let isReady: Bool = {
        curl_make_ready()
        return true
    }()

    func send(_ alert: Alert, id: String, at now: Timestamp, timeoutSeconds: Double) async throws
        -> AlertOutcome
    {
        let text = MailText(alert, settings, id: id, at: now).text
        return try await offPool { send(text, timeoutSeconds) }
    }

    private func send(_ text: String, _ timeoutSeconds: Double) -> AlertOutcome {
        _ = AlertMail.isReady
        let host = settings.host.contains(":") ? "[\(settings.host)]" : settings.host
        let scheme = settings.encryption == .tls ? "smtps" : "smtp"
        let texts: [String?] = [
            "\(scheme)://\(host):\(settings.port)", settings.from,
            settings.to.map { "\($0)\n" }.joined(), text, caFile, settings.user, password?.revealed(),
        ]
        let pointers = texts.map { $0.flatMap { strdup($0) } }
        defer { for pointer in pointers { free(pointer) } }
        var mail = curl_mail()
        mail.url = UnsafePointer(pointers[0])
        mail.requires_tls = settings.encryption == .none ? 0 : 1
        mail.from = UnsafePointer(pointers[1])
        mail.recipients = UnsafePointer(pointers[2])
        mail.body = UnsafePointer(pointers[3])
        mail.body_bytes = text.utf8.count
        mail.ca_file = UnsafePointer(pointers[4])
        mail.user = UnsafePointer(pointers[5])
        mail.password = UnsafePointer(pointers[6])
        mail.timeout_milliseconds = Int(timeoutSeconds * 1_000)
        var reason = [CChar](repeating: 0, count: Int(CURL_MAIL_REASON_BYTES))
        let code = curl_send_mail(&mail, &reason)
        guard code != 0 else { return .taken }
        let said = String(decoding: reason.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return .failed("no mail: \(said.visible)")
    }
}

/// A mail as it goes over the wire: RFC 5322, plain text.
struct MailText {
    let text: String

    /// Bytes of a line of base64.
    private static let lineBytes = 76

    init(_ alert: Alert, _ settings: MailSettings, id: String, at now: Timestamp) {
        let host = settings.from.split(separator: "@").last.map { String($0) } ?? "localhost"
        let head = [
            "Date: \(MailText.date(now))",
            "From: Tidegate <\(settings.from)>",
            "To: \(settings.to.joined(separator: ", "))",
            "Subject: \(MailText.word(alert.title))",
            "Message-ID: <\(id)@\(host)>",
            "Auto-Submitted: auto-generated",
            "MIME-Version: 1.0",
            "Content-Type: text/plain; charset=utf-8",
            "Content-Transfer-Encoding: base64",
        ]
        let body = ([alert.title, ""] + alert.lines).joined(separator: "\r\n") + "\r\n"
        var rest = Data(body.utf8).base64EncodedString()[...]
        var lines = head + [""]
        while !rest.isEmpty {
            lines.append(String(rest.prefix(MailText.lineBytes)))
            rest = rest.dropFirst(MailText.lineBytes)
        }
        text = lines.joined(separator: "\r\n") + "\r\n"
    }

    /// Encoded words of RFC 2047, so that no name from a file can end the line or the header.
    private static func word(_ text: String) -> String {
        var words: [String] = []
        var part = ""
        for character in text.unicodeScalars {
            if part.utf8.count + String(character).utf8.count > 42 {
                words.append(part)
                part = ""
            }
            part.unicodeScalars.append(character)
        }
        words.append(part)
        return words.map { "=?utf-8?B?\(Data($0.utf8).base64EncodedString())?=" }.joined(separator: "\r\n ")
    }

    private static let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// As RFC 5322 writes it: `Tue, 01 Dec 2026 09:00:00 +0000`.
    static func date(_ now: Timestamp) -> String {
        let day = Int(now.microseconds / 86_400_000_000)
        let date = Timestamp.civil(daysSinceEpoch: day)
        let clock = now.description.prefix(19).suffix(8)
        let padded = date.day < 10 ? "0\(date.day)" : "\(date.day)"
        return "\(days[day % 7]), \(padded) \(months[date.month - 1]) \(date.year) \(clock) +0000"
    }
}
