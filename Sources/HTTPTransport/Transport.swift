import AsyncHTTPClient
package import InventoryCore
package import Logging
import NIOCore
package import NIOHTTP1
import NIOPosix
import NIOSSL
import Synchronization

/// Sends one request and reads its whole answer, within a time and a size; redirects are not followed.
package final class Transport: Sendable {
    /// Runs tasks where the answers come in: its connections are all served by one thread.
    package let executor: LoopExecutor
    private let http: HTTPClient
    private let options: Options
    private let logger: Logger
    private let requests = Atomic<Int>(0)

    /// Idle connections are closed before the server would do it (nginx: 75 s): a request sent while the
    /// server closes is lost.
    private static let idleSeconds: Int64 = 30

    /// What a transport needs to know; each value has a limit of its own.
    package struct Options: Sendable {
        /// The section of the configuration that holds these settings; errors name it.
        package var section: String
        package var connectSeconds = 10.0
        /// Longest silence between two parts of an answer; each request limits the whole.
        package var silenceSeconds = 60.0
        /// Connections open at once; more requests than that wait for one.
        package var connectionsMax = 32
        /// The longest answer that is read.
        package var responseBytesMax = 64 << 20
        /// A PEM file of the authorities to trust instead of the system's.
        package var caFile: String?
        /// `http://host:port`, optionally with `user:password@`.
        package var proxy: String?

        package init(section: String) {
            self.section = section
        }
    }

    /// - Throws: `Fault` with `bad_proxy` or `bad_certificates`.
    package init(options: Options, logger: Logger) throws(Fault) {
        self.options = options
        self.logger = logger
        var configuration = HTTPClient.Configuration()
        configuration.redirectConfiguration = .disallow
        configuration.httpVersion = .http1Only
        configuration.decompression = .disabled
        configuration.timeout.connect = .seconds(options.connectSeconds)
        configuration.timeout.read = .seconds(options.silenceSeconds)
        configuration.timeout.write = .seconds(options.silenceSeconds)
        configuration.connectionPool.idleTimeout = .seconds(Transport.idleSeconds)
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = max(
            1,
            options.connectionsMax
        )
        // The caller's retry budget decides whether to connect again.
        configuration.connectionPool.retryConnectionEstablishment = false
        // Despite its name, this is the HTTP client's hook for adding handlers to a new connection.
        configuration.http1_1ConnectionDebugInitializer = FlushGathering.add
        if let caFile = options.caFile {
            configuration.tlsConfiguration = try Transport.tls(caFile: caFile, section: options.section)
        }
        if let proxy = options.proxy {
            configuration.proxy = try ProxyAddress(proxy, setting: "\(options.section).proxy").configuration
        }
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        executor = LoopExecutor(loop)
        http = HTTPClient(eventLoopGroupProvider: .shared(loop), configuration: configuration)
    }

    /// How many requests were started, repeated ones included.
    package var requestsSent: Int { requests.load(ordering: .relaxed) }

    package func shutdown() async throws {
        try await http.shutdown()
    }

    private static func tls(caFile: String, section: String) throws(Fault) -> TLSConfiguration {
        func refused(_ problem: String) -> Fault {
            Fault(
                .badConfiguration,
                code: .badCertificates,
                place: "\(section).ca_file",
                message: "\(caFile) \(problem).",
                hint: "Give a PEM file with the certificates of the authorities to trust."
            )
        }
        let certificates: [NIOSSLCertificate]
        do {
            certificates = try NIOSSLCertificate.fromPEMFile(caFile)
        } catch {
            throw refused("cannot be read as certificates")
        }
        guard !certificates.isEmpty else { throw refused("holds no certificate") }
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.trustRoots = .certificates(certificates)
        return tls
    }

    /// One request.
    package struct Ask: Sendable {
        package var method: HTTPMethod
        package var url: String
        package var headers: HTTPHeaders
        package var body: [UInt8]?
        package var timeoutSeconds: Double

        package init(
            method: HTTPMethod,
            url: String,
            headers: HTTPHeaders,
            body: [UInt8]?,
            timeoutSeconds: Double
        ) {
            self.method = method
            self.url = url
            self.headers = headers
            self.body = body
            self.timeoutSeconds = timeoutSeconds
        }
    }

    /// Sends it once.
    package func send(_ ask: Ask) async throws(TransportFailure) -> HTTPReply {
        requests.add(1, ordering: .relaxed)
        var request = HTTPClientRequest(url: ask.url)
        request.method = ask.method
        request.headers = ask.headers
        if let body = ask.body { request.body = .bytes(ByteBuffer(bytes: body)) }
        let deadline = NIODeadline.now() + .seconds(ask.timeoutSeconds)
        do {
            let response = try await http.execute(request, deadline: deadline)
            var reply = HTTPReply(response)
            reply.body = try await body(of: response, before: deadline)
            logger.trace("answered", metadata: ["status": "\(reply.status)", "method": "\(ask.method)"])
            return reply
        } catch {
            let failure = TransportFailure(error, section: options.section)
            logger.debug("not answered", metadata: ["cause": "\(failure.cause)", "method": "\(ask.method)"])
            throw failure
        }
    }

    /// The HTTP client's deadline covers the head only, so a body that trickles is cut here.
    private func body(of response: HTTPClientResponse, before deadline: NIODeadline) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        for try await part in response.body {
            guard bytes.count + part.readableBytes <= options.responseBytesMax else {
                throw TransportFailure(
                    reach: .perhapsSent,
                    cause: "the answer is longer than \(options.responseBytesMax) bytes"
                )
            }
            bytes.append(contentsOf: part.readableBytesView)
            guard NIODeadline.now() < deadline else {
                throw TransportFailure(reach: .perhapsSent, cause: "no whole answer within the time allowed")
            }
        }
        return bytes
    }
}

extension HTTPReply {
    init(_ response: HTTPClientResponse) {
        self.init(status: Int(response.status.code))
        let type = response.headers.first(name: "Content-Type") ?? ""
        mediaType = type.prefix { $0 != ";" }.filter { $0 != " " }.lowercased()
        location = response.headers.first(name: "Location")
        contentLocation = response.headers.first(name: "Content-Location")
        allow = response.headers.first(name: "Allow")
        retryAfter = response.headers.first(name: "Retry-After")
        date = response.headers.first(name: "Date")
        totalCount = response.headers.first(name: "X-Include-Total-Count").flatMap { Int($0) }
            .flatMap { $0 < 0 ? nil : $0 }
    }
}

extension TimeAmount {
    fileprivate static func seconds(_ seconds: Double) -> TimeAmount {
        .nanoseconds(Int64(seconds * 1_000_000_000))
    }
}
