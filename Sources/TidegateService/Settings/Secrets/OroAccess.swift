package import OroClient

/// What the shop's client needs, with the credentials fetched.
package struct OroAccess: Sendable {
    package let options: OroOptions
    /// Doubts about how secrets are kept.
    package let warnings: [SettingsProblem]
}

extension OroSettings {
    /// Fetches the credentials and gives the client's options.
    ///
    /// - Parameter environment: the process's variables, as the command line sees them.
    /// - Returns: the options, and what is doubtful about the way to the secrets.
    /// - Throws: every credential that cannot be had, together; no message contains one.
    package func access(environment: [String: String]) throws(SettingsProblems) -> OroAccess {
        var reader = CredentialReader(environment: environment)
        let id = reader.read(clientID)
        let secret = reader.read(clientSecret)
        let proxyAddress = proxy.flatMap { reader.read($0) }
        guard reader.problems.isEmpty, let id, let secret else { throw SettingsProblems(reader.problems) }
        var options = OroOptions(url: url, clientID: id.revealed(), clientSecret: secret)
        options.backendPrefix = backendPrefix
        options.timeouts.connectSeconds = timeouts.connectSeconds
        options.timeouts.tokenSeconds = timeouts.tokenSeconds
        options.timeouts.writeSeconds = timeouts.writeSeconds
        options.timeouts.batchSeconds = timeouts.batchSeconds
        options.timeouts.readSeconds = timeouts.readSeconds
        options.caFile = caFile
        options.proxy = proxyAddress?.revealed()
        return OroAccess(options: options, warnings: reader.warnings)
    }
}
