import HTTPTransport
package import OroClient
package import TidegateSettings

/// What the shop's client needs, with the credentials fetched.
package struct OroAccess: Sendable {
    package let options: OroOptions
    /// Warnings about how secrets are kept.
    package let warnings: [SettingsProblem]
}

extension OroSettings {
    /// Fetches the credentials and gives the client's options.
    ///
    /// - Parameter environment: the process's variables, as the command line sees them.
    /// - Returns: the options, and what is doubtful about the way to the secrets.
    /// - Throws: every credential that cannot be had, together; no message contains one.
    package func access(environment: [String: String]) throws(SettingsProblems) -> OroAccess {
        let credentials = try credentials(environment: environment)
        var options = OroOptions(
            url: url,
            clientID: credentials.clientID.revealed(),
            clientSecret: credentials.clientSecret
        )
        options.backendPrefix = backendPrefix
        options.patienceSeconds = push.patienceSeconds
        options.timeouts.connectSeconds = timeouts.connectSeconds
        options.timeouts.tokenSeconds = timeouts.tokenSeconds
        options.timeouts.writeSeconds = timeouts.writeSeconds
        options.timeouts.batchSeconds = timeouts.batchSeconds
        options.timeouts.readSeconds = timeouts.readSeconds
        options.caFile = caFile
        options.orderMark = orderField.flatMap { OrderMark(rawValue: $0.rawValue) }
        options.proxy = credentials.proxy?.revealed()
        return OroAccess(options: options, warnings: credentials.warnings)
    }
}
