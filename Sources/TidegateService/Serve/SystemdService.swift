import InventoryCore
import ServiceLifecycle
import TidegatePipeline

/// Tells systemd how the service stands, as long as its owner loops turn.
actor SystemdService: Service {
    private let shops: [ServedShop]
    private let reload: ServiceReload
    private let notification = ServiceNotification()
    private var isListening = false

    /// Without a watchdog the status is told so often.
    private static let statusSeconds = 10.0

    init(_ shops: [ServedShop], _ reload: ServiceReload) {
        self.shops = shops
        self.reload = reload
    }

    /// The service listens now: it is ready.
    func listens(_ port: Int) {
        isListening = true
        _ = notification.ready(status: "serving \(names) on port \(port)")
    }

    private var names: String { shops.map(\.id.text).joined(separator: ", ") }

    func run() async throws {
        await reload.observe { [notification] begins in
            _ = begins ? notification.reloading() : notification.ready(status: "the configuration was read")
        }
        let seconds = notification.watchdogSeconds ?? SystemdService.statusSeconds
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                await self.tell()
                await Task.pause(seconds: seconds)
            }
        }
        _ = notification.stopping(status: "finishing what is in flight")
    }

    private func tell() async {
        guard isListening, shops.allSatisfy({ $0.heartbeat.duration(to: .now) < .seconds(10) }) else {
            return
        }
        _ = notification.watchdog()
        var works: [String] = []
        for shop in shops {
            if let work = await shop.turns.current { works.append("\(shop.id): \(work)") }
        }
        _ = notification.status(works.isEmpty ? "serving \(names)" : works.joined(separator: "; "))
    }
}
