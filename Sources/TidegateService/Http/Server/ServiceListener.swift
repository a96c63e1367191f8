import Hummingbird
import HummingbirdCore
import HummingbirdTLS
package import InventoryCore
package import Logging
import NIOCertificateReloading
import NIOCore
import NIOSSL
package import ServiceLifecycle
package import TidegateSettings

/// Where the service listens: over TCP, and on the control socket; the routes are the same.
package struct ServiceListener: Sendable {
    private let routes: RouteTable
    private let limits: ConnectionLimits
    private let logger: Logger
    /// Of the TCP listener.
    package let counts = ConnectionCounts()

    /// Makes a listener that gives these routes.
    package init(_ routes: ServiceRoutes, limits: ConnectionLimits = ConnectionLimits(), logger: Logger) {
        self.routes = RouteTable(routes.all)
        self.limits = limits
        self.logger = logger
    }

    /// Makes the services that listen over TCP.
    ///
    /// - Parameters:
    ///   - settings: address, TLS and tokens.
    ///   - onListening: gets the port once it is open.
    /// - Returns: the server, and what reads its certificates again.
    /// - Throws: `Fault` where tokens or certificates cannot be used.
    package func tcp(
        _ settings: ServiceSettings,
        onListening: @escaping @Sendable (Int) async -> Void = { _ in }
    ) throws(Fault) -> [any Service] {
        var limits = limits
        // Every connection has the proxy's address then.
        if settings.isBehindProxy { limits.connectionsPerAddressMax = limits.connectionsMax }
        let base = HTTPServerBuilder.http1(configuration: configuration(limits, counts))
        let certificates = try settings.tls.map { (files) throws(Fault) in try Certificates(files, logger) }
        let application = Application(
            responder: ServiceResponder(routes: routes, door: try door(settings), logger: logger),
            server: try certificates?.server(base) ?? base,
            configuration: ApplicationConfiguration(
                address: .hostname(settings.host, port: settings.port),
                backlog: 1_024
            ),
            onServerRunning: { await onListening($0.localAddress?.port ?? 0) },
            logger: quietLogger
        )
        guard let certificates else { return [application] }
        return [certificates.reloader, application]
    }

    /// Makes the service that listens on the control socket, with `more` routes than others have.
    ///
    /// - Throws: `Fault` where the path cannot be used, or another service answers on it.
    func control(
        _ path: String,
        more: [Route] = [],
        onListening: @escaping @Sendable () async -> Void = {}
    ) throws(Fault) -> any Service {
        try ControlListener.prepare(path)
        var limits = limits
        limits.connectionsPerAddressMax = limits.connectionsMax
        return Application(
            responder: ServiceResponder(
                routes: more.isEmpty ? routes : RouteTable(routes.all + more),
                door: .control,
                logger: logger
            ),
            server: .http1(configuration: configuration(limits, ConnectionCounts())),
            configuration: ApplicationConfiguration(address: .unixDomainSocket(path: path)),
            onServerRunning: { _ in
                ControlListener.shut(toOthers: path)
                await onListening()
            },
            logger: quietLogger
        )
    }

    /// What hummingbird says of every connection is of no use to an operator.
    private var quietLogger: Logger {
        var quiet = logger
        if quiet.logLevel > .debug { quiet.logLevel = max(quiet.logLevel, .notice) }
        return quiet
    }

    private func door(_ settings: ServiceSettings) throws(Fault) -> Door {
        if let path = settings.tokensFile {
            return .tokens(try TokenBook(path: path, hasTLS: settings.tls != nil, logger: logger))
        }
        // Behind a proxy the whole world comes over loopback.
        return settings.isLoopback && !settings.isBehindProxy ? .loopback : .closed
    }

    private func configuration(_ limits: ConnectionLimits, _ counts: ConnectionCounts)
        -> HTTP1Channel.Configuration
    {
        HTTP1Channel.Configuration(
            additionalChannelHandlers: [
                ConnectionGuard(limits, counts: counts) { head in
                    head.method == .post && (head.path ?? "").prefix { $0 != "?" }.hasSuffix("/snapshots")
                }
            ],
            idleTimeout: .seconds(Int64(limits.idleSecondsMax)),
            httpDecoderConfiguration: HTTP1Channel.Configuration.DecoderConfiguration(
                maxHeaderFieldSize: limits.headBytesMax,
                maxHeaderListSize: limits.headBytesMax,
                maxHeaderFieldCount: limits.headFieldsMax
            )
        )
    }
}

/// A certificate and its key, read again when they change.
private struct Certificates {
    let reloader: TimedCertificateReloader
    private let files: ServiceSettings.TLSFiles

    private static let refreshSeconds = 30

    init(_ files: ServiceSettings.TLSFiles, _ logger: Logger) throws(Fault) {
        self.files = files
        do {
            reloader = try TimedCertificateReloader.makeReloaderValidatingSources(
                refreshInterval: .seconds(Certificates.refreshSeconds),
                certificateSource: .init(location: .file(path: files.certificate), format: .pem),
                privateKeySource: .init(location: .file(path: files.key), format: .pem),
                logger: logger
            )
        } catch {
            throw Certificates.bad(files, error)
        }
    }

    func server(_ base: HTTPServerBuilder) throws(Fault) -> HTTPServerBuilder {
        do {
            var configuration = try TLSConfiguration.makeServerConfiguration(certificateReloader: reloader)
            configuration.minimumTLSVersion = .tlsv12
            configuration.applicationProtocols = ["http/1.1"]
            return try .tls(base, tlsConfiguration: configuration)
        } catch {
            throw Certificates.bad(files, error)
        }
    }

    private static func bad(_ files: ServiceSettings.TLSFiles, _ error: any Error) -> Fault {
        Fault(
            .badConfiguration,
            code: "bad_certificate",
            place: files.certificate,
            message: "The certificate and its key cannot be used: \(error).",
            hint: "Name a PEM chain and its PEM key under `service.tls`, readable for the service's user."
        )
    }
}
