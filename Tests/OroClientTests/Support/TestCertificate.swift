import Foundation
import NIOSSL

/// A certificate for 127.0.0.1 that only tests trust, with its key.
enum TestCertificate {
    static let certificate = """
        -----BEGIN CERTIFICATE-----
        MIIBpTCCAUugAwIBAgIUVIxW4rKA3IOYhYve4x/8iPmHRkgwCgYIKoZIzj0EAwIw
        GTEXMBUGA1UEAwwOVGlkZWdhdGUgdGVzdHMwIBcNMjYxMTI4MTUzMDEwWhgPMjA2
        NjExMTgxNTMwMTBaMBkxFzAVBgNVBAMMDlRpZGVnYXRlIHRlc3RzMFkwEwYHKoZI
        zj0CAQYIKoZIzj0DAQcDQgAE2WpcZo7p4bluEUc5jMyffZcGjO6GG3Dy2XL6xB6K
        hXXWdxsjejgYWLjHFih9wf5FfKPdoo12dbVnPXQDHBUv56NvMG0wHQYDVR0OBBYE
        FK6AO18GZZSk0M/YH8DmZe/wtmluMB8GA1UdIwQYMBaAFK6AO18GZZSk0M/YH8Dm
        Ze/wtmluMA8GA1UdEwEB/wQFMAMBAf8wGgYDVR0RBBMwEYcEfwAAAYIJbG9jYWxo
        b3N0MAoGCCqGSM49BAMCA0gAMEUCIQCgfMvGn12xoYwuoQt20tsCZXLBEBKxD269
        EroA3MyisAIgaG60QPBzuOE+P4EnSAg0i/DDLSNHhu4dirQRn/TXdw8=
        -----END CERTIFICATE-----

        """

    private static let key = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgBjoCfQh7bNSvVpmZ
        GZr2MwsxFV6tgkoWOJWsFncgjlyhRANCAATZalxmjunhuW4RRzmMzJ99lwaM7oYb
        cPLZcvrEHoqFddZ3GyN6OBhYuMcWKH3B/kV8o92ijXZ1tWc9dAMcFS/n
        -----END PRIVATE KEY-----

        """

    static func serverContext() throws -> NIOSSLContext {
        let chain = try NIOSSLCertificate.fromPEMBytes(Array(certificate.utf8))
        let configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) },
            privateKey: .privateKey(try NIOSSLPrivateKey(bytes: Array(key.utf8), format: .pem))
        )
        return try NIOSSLContext(configuration: configuration)
    }

    /// Provides a file with the certificate while the body runs.
    static func withFile<Value>(_ body: (String) async throws -> Value) async throws -> Value {
        let path = FileManager.default.temporaryDirectory.appending(path: "tidegate-\(UUID().uuidString).pem")
        try certificate.write(to: path, atomically: true, encoding: .utf8)
        defer { unlink(path.path) }
        return try await body(path.path)
    }
}
