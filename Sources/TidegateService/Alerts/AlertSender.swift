import HTTPTransport
package import InventoryCore
package import Logging
import TidegatePipeline
package import TidegateSettings

/// What a receiver made of an alert.
package enum AlertOutcome: Hashable, Sendable {
    case taken
    /// Not taken, and why; it may ask for a pause.
    case failed(String, pauseSeconds: Int64 = 0)
}

/// Tells receivers; each try is bounded in time, and no failure is thrown.
package final class AlertSender: Sendable {
    private let transport: Transport
    package let settings: AlertSettings

    private let timeoutSeconds: Double

    /// What is read of an answer.
    private static let answerBytesMax = 64 << 10

    /// - Parameters:
    ///   - settings: who is told how.
    ///   - timeoutSeconds: a try takes no longer; a command has a time of its own.
    ///   - logger: for what is told of connections.
    /// - Throws: `Fault` where certificates or the proxy cannot be used.
    package init(_ settings: AlertSettings, timeoutSeconds: Double = 10, logger: Logger) throws {
        (self.settings, self.timeoutSeconds) = (settings, timeoutSeconds)
        var options = Transport.Options(section: "alerts")
        options.connectSeconds = timeoutSeconds
        options.silenceSeconds = timeoutSeconds
        // Several receivers may share a host, as those of one chat do: none waits for another's answer.
        options.connectionsMax = max(1, settings.receivers.count)
        options.responseBytesMax = AlertSender.answerBytesMax
        options.caFile = settings.caFile
        options.proxy = try settings.proxy?.secret().revealed()
        transport = try Transport(options: options, logger: logger)
    }

    package func shutdown() async throws {
        try await transport.shutdown()
    }

    /// Tells a receiver.
    ///
    /// - Parameters:
    ///   - alert: what.
    ///   - receiver: whom.
    ///   - id: the same for each try, so that who hears it twice knows.
    ///   - now: for signatures and dates.
    /// - Returns: whether it was taken.
    package func send(_ alert: Alert, to receiver: AlertReceiver, id: String, at now: Timestamp) async
        -> AlertOutcome
    {
        do {
            switch receiver.way {
            case .webhook(let url, let secret):
                let hook = AlertHook(url: try url.secret(), secret: try secret?.secret())
                return await post(AlertBody.plain(alert), hook, id: id, at: now)
            case .slack(let url):
                let hook = AlertHook(url: try url.secret())
                return await post(AlertBody.slack(alert), hook, id: id, at: now)
            case .teams(let url):
                let hook = AlertHook(url: try url.secret(), saysFailuresInBody: true)
                return await post(AlertBody.teams(alert), hook, id: id, at: now)
            case .command(let command, let timeoutSeconds):
                let program = AlertCommand(command, timeoutSeconds: timeoutSeconds)
                return try await program.send(AlertBody.plain(alert))
            case .mail(let mail):
                let sender = AlertMail(
                    mail,
                    password: try mail.password?.secret(),
                    caFile: settings.caFile
                )
                return try await sender.send(alert, id: id, at: now, timeoutSeconds: timeoutSeconds)
            }
        } catch {
            return .failed(Fault(error).sentence)
        }
    }

    private func post(_ body: [UInt8], _ hook: AlertHook, id: String, at now: Timestamp) async -> AlertOutcome
    {
        switch hook.ask(body, id: id, at: now, timeoutSeconds: timeoutSeconds) {
        case .success(let ask):
            do throws(TransportFailure) {
                return hook.outcome(of: try await transport.send(ask))
            } catch {
                return .failed(error.cause)
            }
        case .failure(let refusal): return .failed(refusal.reason)
        }
    }
}
