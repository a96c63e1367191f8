import HTTPTransport
import InventoryCore
import Logging
import OroClient
import OroSimulator
import Synchronization
import Testing

@testable import TidegatePipeline

@Suite("The watch over the storefront")
struct StorefrontWatchTests {
    @Test("a storefront that cannot be measured is said once, and the push goes on")
    func silentStorefront() async throws {
        try await AuditStage.run(products: 3) { stage in
            let lines = Mutex<[String]>([])
            let access = OroOptions(
                url: stage.simulator.url,
                clientID: "tidegate",
                clientSecret: Secret("tidegate-secret")
            )
            let logger = Logger(label: "test") { _ in
                RecordedLog { line in lines.withLock { $0.append(line) } }
            }
            try await OroClient.withRunning(options: access, logger: logger) { oro in
                let watch = StorefrontWatch(shop: oro, url: "http://127.0.0.1:9/", timeoutSeconds: 1)
                for _ in 0..<3 {
                    #expect(await watch.look(after: .zero) == .storefrontLatency(p95Milliseconds: 1000))
                }
            }
            #expect(lines.withLock { $0 }.count == 1)
        }
    }
}

/// Gives on each warning.
private struct RecordedLog: LogHandler {
    let take: @Sendable (String) -> Void
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.warning

    init(take: @escaping @Sendable (String) -> Void) {
        self.take = take
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        take("\(event.message)")
    }
}
