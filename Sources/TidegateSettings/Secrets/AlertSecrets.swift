package import HTTPTransport

extension Credential {
    /// Fetches what is kept in the file that the configuration names.
    ///
    /// - Throws: why it cannot be had; no message contains it.
    package func secret() throws(SettingsProblems) -> Secret {
        var reader = CredentialReader(environment: [:])
        let secret = reader.read(self)
        guard let secret, reader.problems.isEmpty else { throw SettingsProblems(reader.problems) }
        return secret
    }
}
