import InventoryCore
import Logging
import ServiceLifecycle
import TidegatePipeline
import TidegateSettings
import UnixSignals

/// Reads the configuration of a running service anew: all of it is valid, or everything stays as it was.
package actor ServiceReload {
    private let shops: [ServedShop]
    private let logger: Logger
    /// Told before and after, for whoever watches the process.
    private var observers: [@Sendable (Bool) async -> Void] = []
    /// Why the files are not what the service goes by; nothing where they are.
    private(set) var failure: Fault?

    init(_ shops: [ServedShop], logger: Logger) {
        self.shops = shops
        self.logger = logger
    }

    func observe(_ observer: @escaping @Sendable (Bool) async -> Void) {
        observers.append(observer)
    }

    /// Reads all files, validates them, and goes on by them.
    ///
    /// - Throws: `Fault` with everything that is wrong; nothing is changed then.
    package func perform() async throws {
        for observer in observers { await observer(true) }
        do {
            var changed: [(ServedShop, Shop)] = []
            for served in shops {
                let shop = served.shop
                changed.append((served, try shop.changed(to: try Settings.load(path: shop.settings.file))))
            }
            for (served, shop) in changed { served.change(to: shop) }
            failure = nil
            logger.notice("the configuration was read anew")
        } catch {
            let fault = Fault(error)
            failure = fault
            logger.error(
                "the configuration was not taken: \(fault.sentence)",
                metadata: ["code": .string(fault.code.rawValue), "hint": .string(fault.hint)]
            )
        }
        for observer in observers { await observer(false) }
        if let failure { throw failure }
    }
}

/// Reads the configuration anew on SIGHUP.
struct ReloadService: Service {
    let reload: ServiceReload

    func run() async throws {
        let signals = await UnixSignalsSequence(trapping: .sighup)
        await cancelWhenGracefulShutdown {
            for await _ in signals {
                do {
                    try await reload.perform()
                } catch {
                    // Told in the log; the service goes on by what it had.
                    continue
                }
            }
        }
    }
}
