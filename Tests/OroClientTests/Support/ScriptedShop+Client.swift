import NIOSSL

@testable import OroClient

extension ScriptedShop {
    /// Runs a client against a shop whose token endpoint works and whose API answers as the script says.
    static func client<Value>(
        options change: (inout OroOptions) -> Void = { _ in },
        tls: NIOSSLContext? = nil,
        answering script: @escaping @Sendable (ScriptedShop.Request) -> ScriptedShop.Action,
        _ body: (OroClient, ScriptedShop) async throws -> Value
    ) async throws -> Value {
        try await withRunning(tls: tls) { request in
            guard request.path == "/oauth2-token" else { return script(request) }
            return .reply(200, [("Content-Type", "application/json; charset=UTF-8")], Answers.tokenBody)
        } _: { shop in
            var options = OroOptions.loopback(shop.url)
            change(&options)
            return try await OroClient.withRunning(options: options, logger: quiet) { client in
                try await body(client, shop)
            }
        }
    }
}
