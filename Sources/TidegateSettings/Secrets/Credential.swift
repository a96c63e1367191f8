/// Where a credential is to be found, and where the configuration says so; never a secret itself.
///
/// Two are equal where they are found in the same place: on which line of the configuration they stand makes
/// no difference.
package struct Credential: Hashable, Sendable {
    package let source: Source
    let file: String
    let line: Int
    let column: Int
    let keyPath: String

    package enum Source: Hashable, Sendable {
        /// The name of an environment variable.
        case environment(String)
        /// A file that holds nothing else.
        case file(String)
        /// Written into the configuration, where that is no secret.
        case value(String)
    }

    init(_ source: Source, file: String = "", place: MarkedNode.Place = .file, keyPath: String) {
        self.source = source
        self.file = file
        line = place.line
        column = place.column
        self.keyPath = keyPath
    }

    package static func == (left: Credential, right: Credential) -> Bool { left.source == right.source }

    package func hash(into hasher: inout Hasher) { hasher.combine(source) }

    func problem(_ code: SettingsProblem.Code, _ reason: String, hint: String) -> SettingsProblem {
        SettingsProblem(
            code: code,
            file: file,
            line: line,
            column: column,
            keyPath: keyPath,
            reason: reason,
            hint: hint
        )
    }
}
