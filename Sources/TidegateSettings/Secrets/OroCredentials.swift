package import HTTPTransport

/// The secrets that the shop's client needs, fetched.
package struct OroCredentials: Sendable {
    package let clientID: Secret
    package let clientSecret: Secret
    package let proxy: Secret?
    /// Doubts about how secrets are kept.
    package let warnings: [SettingsProblem]
}

extension OroSettings {
    /// Fetches the credentials.
    ///
    /// - Parameter environment: the process's variables, as the command line sees them.
    /// - Returns: the credentials, and what is doubtful about the way to them.
    /// - Throws: every credential that cannot be had, together; no message contains one.
    package func credentials(environment: [String: String]) throws(SettingsProblems) -> OroCredentials {
        var reader = CredentialReader(environment: environment)
        let id = reader.read(clientID)
        let secret = reader.read(clientSecret)
        let proxyAddress = proxy.flatMap { reader.read($0) }
        guard reader.problems.isEmpty, let id, let secret else { throw SettingsProblems(reader.problems) }
        return OroCredentials(
            clientID: id,
            clientSecret: secret,
            proxy: proxyAddress,
            warnings: reader.warnings
        )
    }
}
