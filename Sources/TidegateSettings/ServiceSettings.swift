/// Where the service listens, whom it lets in, and how it ends (spec, service, 1).
package struct ServiceSettings: Hashable, Sendable {
    /// A host name or an address, IPv6 without its brackets.
    package var host = "127.0.0.1"
    /// 0 takes any free port.
    package var port = 8080
    /// Where the command line reaches the service; nothing stands for `control.sock` in the state folder of
    /// the first shop.
    package var controlSocket: String?
    package var tls: TLSFiles?
    /// Whose tokens are let in; without it every request that comes over loopback is.
    package var tokensFile: String?
    /// Whether a proxy on this network ends TLS, so that the service may listen beyond loopback without it.
    package var isBehindProxy = false
    /// How long the end may take, for what is in flight.
    package var drainSeconds = 20.0

    package init() {}

    /// Certificate chain and private key, both PEM; read again when they change.
    package struct TLSFiles: Hashable, Sendable {
        package let certificate: String
        package let key: String

        package init(certificate: String, key: String) {
            self.certificate = certificate
            self.key = key
        }
    }

    /// Whether only this machine can reach it.
    package var isLoopback: Bool {
        host == "localhost" || host == "::1" || host.hasPrefix("127.")
    }
}

/// How stock events of a source are taken (spec, service, 2).
package struct EventSettings: Hashable, Sendable {
    package var answers = Answers.strict
    package var signature = SignatureSettings.none
    /// Secrets that sign, one a line: the first signs, all verify.
    package var secretsFile: String?
    /// Whether the source may send to a URL that carries its token: `/v1/hooks/SHOP/SOURCE/TOKEN`.
    package var takesURLToken = false
    /// What Business Central and Microsoft Graph repeat in each notification, one a line.
    package var clientStateFile: String?
    /// Whom the CloudEvents handshake lets send here, as the senders write it; `*` is everyone.
    package var allowedOrigins: [String] = []
    /// How bodies of the sender's own form are read; nothing where it sends ours or CloudEvents of ours.
    package var mapping: EventMapping?

    package init() {}

    /// How bad items are answered.
    package enum Answers: String, Hashable, Sendable, CaseIterable {
        /// Bad items are rejected, unknown keys are errors.
        case strict
        /// Bad items become exceptions, and the sender hears 202: for senders that drop their hook on errors.
        case lenient
    }
}

/// How a sender proves that a body is its own.
package enum SignatureSettings: Hashable, Sendable {
    case none
    /// Standard Webhooks 1.0.
    case standardWebhooks
    case frappe
    case shopify
    case github
    case oro
    case custom(Custom)

    /// An HMAC-SHA256 in a header of the sender's own.
    package struct Custom: Hashable, Sendable {
        package var header: String
        package var isBase64 = false
        /// What stands before the digest in the header.
        package var prefix = ""
        /// What is signed: a text with `{body}` and, where wanted, `{timestamp}`.
        package var signed = "{body}"
        package var timestampHeader: String?
        package var toleranceSeconds = 300.0

        package init(header: String) {
            self.header = header
        }
    }
}
