import Foundation
import HTTPTransport

/// Fetches credentials from the environment it is given, or from files; what it finds is in no message.
struct CredentialReader {
    let environment: [String: String]
    private(set) var problems: [SettingsProblem] = []
    private(set) var warnings: [SettingsProblem] = []

    /// A longer file is the wrong file.
    private static let bytesMax = 16 << 10

    init(environment: [String: String]) {
        self.environment = environment
    }

    /// Gives the credential; nothing after saying why it cannot be had.
    mutating func read(_ credential: Credential) -> Secret? {
        switch credential.source {
        case .value(let text): return Secret(text)
        case .environment(let name): return sendable(read(credential, variable: name), credential)
        case .file(let path): return sendable(read(credential, path: path), credential)
        }
    }

    /// Refuses what no request can carry: it would only be told as wrong credentials.
    private mutating func sendable(_ secret: Secret?, _ credential: Credential) -> Secret? {
        guard let secret,
            secret.revealed().unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F })
        else { return secret }
        problems.append(
            credential.problem(
                .missingSecret,
                "What stands there contains a line break, a tab or another control character.",
                hint: "Write the value alone, on one line."
            )
        )
        return nil
    }

    private mutating func read(_ credential: Credential, variable: String) -> Secret? {
        guard let text = environment[variable], !text.isEmpty else {
            let state = environment[variable] == nil ? "not set" : "empty"
            problems.append(
                credential.problem(
                    .missingSecret,
                    "The environment variable \(variable) is \(state).",
                    hint: "Set it before starting tidegate, for instance in the unit's EnvironmentFile."
                )
            )
            return nil
        }
        return Secret(text)
    }

    private mutating func read(_ credential: Credential, path: String) -> Secret? {
        let text: String
        do {
            text = try SettingsFile.text(path: path, bytesMax: CredentialReader.bytesMax)
        } catch {
            refuse(credential, path, "gives no secret. \(error.problems.first?.reason ?? "")")
            return nil
        }
        let secret = text.trimmingCharacters(in: .whitespacesAndNewlines)
        guard !secret.isEmpty else {
            refuse(credential, path, "is empty.")
            return nil
        }
        guard !secret.contains(where: \.isNewline) else {
            refuse(credential, path, "has more than one line.")
            return nil
        }
        warnIfExposed(credential, path: path)
        return Secret(secret)
    }

    private mutating func refuse(_ credential: Credential, _ path: String, _ reason: String) {
        problems.append(
            credential.problem(
                .missingSecret,
                "The file \(Spelling.quoted(path)) \(reason)",
                hint: "Write the secret into it, alone on one line, readable only for tidegate's user."
            )
        )
    }

    private mutating func warnIfExposed(_ credential: Credential, path: String) {
        let mode: NSNumber?
        do {
            mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? NSNumber
        } catch {
            // The file was read a moment ago; that its mode cannot be had says nothing about its readers.
            return
        }
        guard let mode, mode.intValue & 0o004 != 0 else { return }
        warnings.append(
            credential.problem(
                .exposedSecret,
                "Every user of this machine may read \(Spelling.quoted(path)).",
                hint: "Run chmod 600 on it."
            )
        )
    }
}
