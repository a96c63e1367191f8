import HTTPTransport
import InventoryCore
import Logging
import OroClient
import OroSimulator
import Synchronization
import Testing

@testable import TidegatePipeline
@testable import TidegateSettings

@Suite("The watch over the storefront")
struct StorefrontWatchTests {
    @Test(
        "a page that has not answered when the push ends is said only if shoppers would have waited too long"
    )
    func unanswered() {
        #expect(StorefrontWatch.problem(unanswered: 0, limit: 0.8) == nil)
        #expect(StorefrontWatch.problem(unanswered: 4, limit: 0.8)?.contains("4 s") == true)
    }

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
                var storefront = OroSettings.Push.Storefront(url: "http://127.0.0.1:9/")
                storefront.p95MaxSeconds = 2
                let watch = StorefrontWatch(shop: oro, storefront)
                for _ in 0..<3 {
                    #expect(await watch.look(after: .zero) == .storefrontLatency(p95Milliseconds: 10_000))
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
