import AsyncHTTPClient
import Glibc
import NIOCore
import NIOSSL
import Testing

@testable import HTTPTransport

@Suite("What a failed request may have done")
struct TransportFailureTests {
    static func reach(_ error: any Error) -> TransportFailure.Reach {
        TransportFailure(error, section: "oro").reach
    }

    @Test("without a connection nothing was sent")
    func notSent() {
        for error in [
            HTTPClientError.connectTimeout, .getConnectionFromPoolTimeout, .tlsHandshakeTimeout,
            .httpProxyHandshakeTimeout, .alreadyShutdown,
        ] {
            #expect(Self.reach(error) == .notSent, "\(error)")
        }
        #expect(Self.reach(IOError(errnoCode: ECONNREFUSED, reason: "connect")) == .notSent)
    }

    @Test("a proxy that wants a password is a setting to mend")
    func misconfigured() {
        #expect(Self.reach(HTTPClientError.proxyAuthenticationRequired) == .misconfigured)
    }

    @Test("a header that cannot be sent is a setting to mend: nothing was sent")
    func header() {
        for error in [
            HTTPClientError.invalidHeaderFieldValues(["a\nb"]), .invalidHeaderFieldNames(["a b"]),
        ] {
            #expect(Self.reach(error) == .misconfigured, "\(error)")
        }
    }

    @Test("a certificate for another host is told as a server that is not trusted")
    func untrusted() {
        let failure = TransportFailure(NIOSSLExtraError.failedToValidateHostname, section: "oro")
        #expect(failure.reach == .untrusted)
        #expect(failure.cause == "its certificate is for another host")
    }

    @Test("once connected, or for an unknown error, the request may have been sent")
    func perhapsSent() {
        for error in [HTTPClientError.readTimeout, .deadlineExceeded, .remoteConnectionClosed, .cancelled] {
            #expect(Self.reach(error) == .perhapsSent, "\(error)")
        }
        struct Unheard: Error {}
        #expect(Self.reach(Unheard()) == .perhapsSent)
        #expect(Self.reach(CancellationError()) == .perhapsSent)
        #expect(Self.reach(IOError(errnoCode: ECONNRESET, reason: "read")) == .perhapsSent)
        #expect(Self.reach(NIOSSLError.uncleanShutdown) == .perhapsSent)
    }

    @Test("a failure that is one already is kept as it is")
    func kept() {
        let failure = TransportFailure(reach: .notSent, cause: "why")
        #expect(TransportFailure(failure, section: "oro") == failure)
    }

    @Test("the message about an untrusted certificate names the section it was configured in")
    func section() {
        #expect(TransportFailure.untrusted(section: "sources.erp").contains("`sources.erp.ca_file`"))
    }
}
