package import InventoryCore

/// Whether the service lives, and whether it can work (spec, service, 3).
///
/// A shop that does not answer is no reason for either: to start the service again would not mend it.
package struct Health: Sendable {
    /// How long ago each owner loop turned.
    package var heartbeatAgeSeconds: [ShopID: Double]
    /// Shops whose state cannot be written, each with the reason.
    package var stateFaults: [ShopID: String]
    /// Why the configuration that was read last is not the one that is used.
    package var configurationFault: String?
    package var isStopping: Bool

    /// An owner loop that has not turned for so long is stuck.
    package static let heartbeatSecondsMax = 10.0

    package init(
        heartbeatAgeSeconds: [ShopID: Double],
        stateFaults: [ShopID: String] = [:],
        configurationFault: String? = nil,
        isStopping: Bool = false
    ) {
        self.heartbeatAgeSeconds = heartbeatAgeSeconds
        self.stateFaults = stateFaults
        self.configurationFault = configurationFault
        self.isStopping = isStopping
    }

    /// What a probe is answered.
    package struct Answer: Hashable, Sendable {
        /// A sentence for each thing that is wrong.
        package let problems: [String]

        package var isGood: Bool { problems.isEmpty }
        /// 200, or 503.
        package var status: Int { isGood ? 200 : 503 }

        /// One object of JSON.
        package var body: [UInt8] {
            var line = JSONLine()
            line.open()
            line.field("status", isGood ? "ok" : "failing")
            line.field("problems", isGood ? nil : problems.joined(separator: " "))
            line.close()
            return line.bytes
        }
    }

    /// `/healthz`: the owner loops turn.
    package var live: Answer {
        Answer(problems: stuck)
    }

    /// `/readyz`: the state can be written, the configuration is valid, and the service is not ending.
    package var ready: Answer {
        var problems = stuck
        for (shop, reason) in stateFaults.sorted(by: { $0.key.text < $1.key.text }) {
            problems.append("The state of \(shop.text) cannot be written: \(reason)")
        }
        if let configurationFault {
            problems.append(
                "The configuration is not valid, and the one before is in use: \(configurationFault)"
            )
        }
        if isStopping { problems.append("The service is stopping.") }
        return Answer(problems: problems)
    }

    private var stuck: [String] {
        heartbeatAgeSeconds.filter { !($0.value < Health.heartbeatSecondsMax) }
            .sorted { $0.key.text < $1.key.text }
            .map { "The loop of \($0.key.text) has not turned for \(Health.whole($0.value)) s." }
    }

    private static func whole(_ seconds: Double) -> String {
        Int(exactly: seconds.rounded(.down)).map { "\($0)" } ?? "an unknown number of"
    }
}
