package import HTTPTransport
package import InventoryCore
package import Logging
import NIOHTTP1

/// OroCommerce's back-office API as Tidegate uses it: levels read and written, every answer classified.
///
/// It decides nothing about order, rate or repetition, and keeps no level's state. A write is sent once, and
/// a second time only after a 401, which has no effect. Call `shutdown` when done.
package struct OroClient: Sendable {
    let options: OroOptions
    let logger: Logger
    let address: OroAddress
    let transport: Transport
    private let tokens: TokenKeeper
    private let answers: APIAnswers

    /// - Throws: `Fault` (`bad_url`, `bad_proxy`, `bad_certificates`) for options that cannot work.
    package init(options: OroOptions, logger: Logger) throws(Fault) {
        let address = try OroAddress(url: options.url, backendPrefix: options.backendPrefix)
        let transport = try Transport(options: options.transport, logger: logger)
        self.options = options
        self.logger = logger
        self.address = address
        self.transport = transport
        let answers = APIAnswers()
        self.answers = answers
        tokens = TokenKeeper {
            await OroClient.requestToken(options, address: address, transport: transport, answers)
        }
    }

    /// Makes a client for the time of the body, and shuts it down however that ends.
    package static func withRunning<Value>(
        options: OroOptions,
        logger: Logger,
        _ body: (OroClient) async throws -> Value
    ) async throws -> Value {
        let client = try OroClient(options: options, logger: logger)
        let value: Value
        do {
            value = try await body(client)
        } catch {
            do {
                try await client.shutdown()
            } catch let second {
                logger.warning("the connections did not close", metadata: ["error": "\(second)"])
            }
            throw error
        }
        try await client.shutdown()
        return value
    }

    package func shutdown() async throws {
        try await transport.shutdown()
    }

    /// Where tasks that mostly wait for answers are best run.
    package var executor: LoopExecutor { transport.executor }

    /// How many requests were started so far, token requests included.
    package var requestsSent: Int { transport.requestsSent }

    var isEncrypted: Bool { address.isEncrypted || address.isLoopback }

    /// What a request to the API consists of.
    struct Call: Sendable {
        var method: HTTPMethod = .GET
        /// Path and query below the API's root.
        var path: String
        var body: [UInt8]?
        var headers: [(String, String)] = []
        /// Without links: they make an answer three times as long and slow, and nothing uses them.
        var include = "noHateoas"
        var timeoutSeconds: Double
    }

    /// Sends a request with a token, and once more with a new one after a 401.
    func exchange(_ call: Call) async -> Exchange {
        var refused: Int?
        for _ in 0..<2 {
            switch await tokens.token(refused: refused) {
            case .trouble(let trouble): return .trouble(trouble)
            case .cancelled: return .trouble(.outage("cancelled"))
            case .token(let token):
                let reply: HTTPReply
                do {
                    reply = answers.marked(
                        try await transport.send(ask(call, token: token.text), RequestKind(call))
                    )
                } catch {
                    return error.exchange
                }
                guard reply.status == 401 else { return .reply(reply) }
                refused = token.number
            }
        }
        return .trouble(.credentials(OroClient.newTokenRefused))
    }

    /// The storefront's API, where a wrong prefix leads, refuses the back office's tokens, too.
    private static let newTokenRefused =
        "a new token is refused as well (HTTP 401); its user may be disabled, or `oro.backend_prefix` wrong"

    private func ask(_ call: Call, token: Secret) -> Transport.Ask {
        var headers = HTTPHeaders()
        headers.add(name: "Authorization", value: "Bearer \(token.revealed())")
        headers.add(name: "Accept", value: HTTPReply.jsonAPI)
        headers.add(name: "User-Agent", value: "tidegate")
        headers.add(name: "X-Include", value: call.include)
        // Exactly this: a parameter after it is answered with 415.
        if call.body != nil { headers.add(name: "Content-Type", value: HTTPReply.jsonAPI) }
        for (name, value) in call.headers { headers.add(name: name, value: value) }
        return Transport.Ask(
            method: call.method,
            url: address.api + call.path,
            headers: headers,
            body: call.body,
            timeoutSeconds: call.timeoutSeconds
        )
    }

    private static func requestToken(
        _ options: OroOptions,
        address: OroAddress,
        transport: Transport,
        _ answers: APIAnswers
    ) async -> TokenKeeper.Result {
        // Taken before the request: the token ages while its answer travels.
        let asked = ContinuousClock.now
        let ask = Transport.Ask(
            method: .POST,
            url: address.tokenURL,
            headers: [
                "Content-Type": "application/json", "Accept": "application/json", "User-Agent": "tidegate",
            ],
            body: WriteBody.token(clientID: options.clientID, clientSecret: options.clientSecret),
            timeoutSeconds: options.timeouts.tokenSeconds
        )
        do {
            switch TokenRules.answer(answers.marked(try await transport.send(ask, .token))) {
            case .token(let text, let usableSeconds):
                return .token(text, usableUntil: asked + .seconds(usableSeconds))
            case .trouble(let trouble): return .trouble(trouble)
            }
        } catch {
            return Task.isCancelled ? .cancelled : .trouble(error.trouble)
        }
    }

    /// Asks for one level; gives nothing if the shop answers, otherwise why it does not.
    package func probe() async -> ShopTrouble? {
        let call = Call(path: LevelQuery.probe, timeoutSeconds: options.timeouts.readSeconds)
        switch ReadRules.answer(await exchange(call), needing: .viewLevels) {
        case .success: return nil
        case .failure(let trouble): return trouble
        }
    }
}
