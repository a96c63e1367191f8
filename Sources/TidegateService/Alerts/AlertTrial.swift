import Foundation
import InventoryCore
package import Logging
import TidegatePipeline
package import TidegateSettings

/// Tells receivers a test alert, past outbox, quiet hours and limits.
package struct AlertTrial: Sendable {
    private let settings: Settings
    private let logger: Logger

    package init(_ settings: Settings, logger: Logger) {
        (self.settings, self.logger) = (settings, logger)
    }

    /// Gives what each made of it, in their order.
    ///
    /// - Throws: `Fault` where certificates or the proxy cannot be used.
    package func perform(_ receivers: [AlertReceiver]) async throws -> [AlertOutcome] {
        do {
            let sender = try AlertSender(settings.alerts, logger: logger)
            let alert = AlertTold(settings).test(at: .now)
            let mark = UUID().uuidString.prefix(8).lowercased()
            let outcomes = await withTaskGroup(of: (Int, AlertOutcome).self) { group in
                for (place, receiver) in receivers.enumerated() {
                    let id = "\(settings.shop)-\(receiver.name)-test-\(mark)"
                    group.addTask {
                        (place, await sender.send(alert, to: receiver, id: id, at: .now))
                    }
                }
                return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
            }
            try await sender.shutdown()
            return receivers.indices.compactMap { outcomes[$0] }
        } catch {
            throw Fault(error)
        }
    }
}
