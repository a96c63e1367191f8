import AsyncHTTPClient
import Glibc
import InventoryCore
import NIOCore
import NIOPosix
import NIOSSL

/// Why no whole answer came, and whether the request may have reached the server.
package struct TransportFailure: Error, Hashable, Sendable {
    package let reach: Reach
    package let cause: String

    package enum Reach: Hashable, Sendable {
        /// No connection came about, so nothing was sent.
        case notSent
        /// No connection came about, and a setting has to be mended first (a proxy's password).
        case misconfigured
        /// No encrypted connection to a trusted server came about, so nothing was sent.
        case untrusted
        /// It was sent or may have been.
        case perhapsSent
    }

    package init(reach: Reach, cause: String) {
        self.reach = reach
        self.cause = cause
    }

    /// Judges by the error's type; an unknown one counts as sent, which is safe and costs one more question.
    ///
    /// - Parameters:
    ///   - error: what the HTTP client threw.
    ///   - section: the section of the configuration that holds `ca_file`, for the message.
    init(_ error: any Error, section: String) {
        switch error {
        case let error as TransportFailure: self = error
        case let error as HTTPClientError: self.init(error)
        case is NIOConnectionError:
            self.init(reach: .notSent, cause: "no connection (\(TransportFailure.brief(error)))")
        case let error as NIOSSLExtraError where error == .failedToValidateHostname:
            self.init(reach: .untrusted, cause: "its certificate is for another host")
        case is NIOSSLExtraError, is BoringSSLError:
            self.init(
                reach: .untrusted,
                cause: "its certificate is not trusted (\(TransportFailure.brief(error)))"
            )
        case let error as NIOSSLError:
            if case .handshakeFailed = error {
                self.init(reach: .untrusted, cause: TransportFailure.handshake(error, section: section))
            } else {
                self.init(reach: .perhapsSent, cause: "the TLS connection broke")
            }
        case let error as IOError where error.errnoCode == ECONNREFUSED:
            // Only an attempt to connect is refused, so nothing was sent, whatever NIO calls the error.
            self.init(reach: .notSent, cause: "no connection (it is refused)")
        case is NIOTooManyBytesError: self.init(reach: .perhapsSent, cause: "the answer is too long")
        case is CancellationError: self.init(reach: .perhapsSent, cause: "cancelled")
        default:
            self.init(reach: .perhapsSent, cause: "the connection broke (\(TransportFailure.brief(error)))")
        }
    }

    private init(_ error: HTTPClientError) {
        switch error {
        case .connectTimeout, .getConnectionFromPoolTimeout:
            self.init(reach: .notSent, cause: "no connection within the time allowed")
        case .tlsHandshakeTimeout:
            self.init(reach: .notSent, cause: "no TLS handshake within the time allowed")
        case .httpProxyHandshakeTimeout, .socksHandshakeTimeout:
            self.init(reach: .notSent, cause: "the proxy does not answer")
        case .proxyAuthenticationRequired:
            self.init(reach: .misconfigured, cause: "the proxy wants a user and a password")
        case .invalidProxyResponse: self.init(reach: .notSent, cause: "the proxy does not connect")
        case .alreadyShutdown: self.init(reach: .notSent, cause: "the client is shut down")
        case .readTimeout, .deadlineExceeded:
            self.init(reach: .perhapsSent, cause: "no answer within the time allowed")
        case .remoteConnectionClosed:
            self.init(reach: .perhapsSent, cause: "the server closed the connection")
        case .cancelled: self.init(reach: .perhapsSent, cause: "cancelled")
        case let error where error.shortDescription.contains("header field"):
            self.init(reach: .misconfigured, cause: "a header cannot be sent (\(error.shortDescription))")
        default: self.init(reach: .perhapsSent, cause: "the connection broke (\(error.shortDescription))")
        }
    }

    package static func untrusted(section: String) -> String {
        "its certificate is not trusted: it has expired, or its authority is not known here "
            + "(see `\(section).ca_file`)"
    }

    /// Says why no encrypted connection came about, in the TLS library's own word.
    private static func handshake(_ error: NIOSSLError, section: String) -> String {
        let text = String(describing: error)
        if text.contains("CERTIFICATE_VERIFY_FAILED") { return untrusted(section: section) }
        guard let name = text.firstRange(of: "OPENSSL_internal:") else { return "the TLS handshake failed" }
        let word = text[name.upperBound...].prefix { $0 != " " }
        if ["WRONG_VERSION_NUMBER", "HTTP_REQUEST"].contains(word) {
            return "the server does not speak TLS at this port, perhaps plain HTTP (\(word))"
        }
        return "the TLS handshake failed (\(word))"
    }

    private static func brief(_ error: any Error) -> String {
        String(String(describing: error).prefix(160)).visible
    }
}
