import Foundation
import InventoryCore
import Testing

@testable import TidegateService
@testable import TidegateSettings

@Suite("TLS", .serialized)
struct TLSTests {
    private static let hasPrograms = ["/usr/bin/openssl", "/usr/bin/curl"].allSatisfy {
        FileManager.default.isExecutableFile(atPath: $0)
    }

    /// Runs a program and gives what it prints, and its status.
    private static func run(_ program: String, _ arguments: [String]) async throws -> (String, Int32) {
        try await RawClient.blocking {
            let process = Process()
            let pipe = Pipe()
            process.executableURL = URL(filePath: program)
            process.arguments = arguments
            process.standardOutput = pipe
            process.standardError = FileHandle.nullDevice
            try process.run()
            let text = try pipe.fileHandleForReading.readToEnd() ?? Data()
            process.waitUntilExit()
            return (String(decoding: text, as: UTF8.self), process.terminationStatus)
        }
    }

    private static func makeCertificate(_ files: ServiceSettings.TLSFiles) async throws {
        let (_, status) = try await run(
            "/usr/bin/openssl",
            [
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                "-days",
                "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", files.key,
                "-out", files.certificate,
            ]
        )
        #expect(status == 0)
    }

    @Test("a certificate is served to whoever trusts it", .enabled(if: hasPrograms))
    func serves() async throws {
        let folder = "\(NSTemporaryDirectory())/t-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let files = ServiceSettings.TLSFiles(certificate: "\(folder)/c.pem", key: "\(folder)/k.pem")
        try await Self.makeCertificate(files)
        try await HTTPStage.run(tls: files) { stage in
            let url = "https://127.0.0.1:\(stage.port)/healthz"
            let (text, status) = try await Self.run(
                "/usr/bin/curl",
                ["-sS", "--cacert", files.certificate, url]
            )
            #expect(status == 0 && text.contains("ok"))
            #expect(try await Self.run("/usr/bin/curl", ["-sS", url]).1 == 60)
            #expect(try await stage.send("GET", "/healthz", byControl: true).status == 200)
        }
    }

    @Test("a certificate that cannot be used keeps the service from beginning")
    func bad() throws {
        var settings = ServiceSettings()
        settings.tls = ServiceSettings.TLSFiles(certificate: "/nowhere/c.pem", key: "/nowhere/k.pem")
        let listener = ServiceListener(ServiceRoutes(ServiceDesk(shops: [])), logger: HTTPStage.quiet)
        let fault = #expect(throws: Fault.self) { try listener.tcp(settings) }
        #expect(fault?.code == "bad_certificate")
    }
}
