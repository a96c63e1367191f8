import CLinux
package import InventoryCore
package import Logging
import Synchronization

/// The tokens that count now: those of the file, read again when it changes.
///
/// A file that cannot be used leaves the tokens as they were, and is logged once.
package final class TokenBook: Sendable {
    private struct Stamp: Equatable {
        let seconds: Int64
        let nanoseconds: Int64
        let bytes: Int64
        let node: UInt64
    }

    private struct Known {
        var tokens: [AccessToken]
        var stamp: Stamp?
        var looked: ContinuousClock.Instant
    }

    private let path: String
    private let logger: Logger
    private let known: Mutex<Known>
    /// Who has signed in with one of them.
    let sessions: Sessions

    /// How often the file is looked at.
    private static let lookSeconds = 1.0

    /// Reads the file.
    ///
    /// - Throws: `Fault` where it cannot be used: a service does not begin without its tokens.
    package init(path: String, hasTLS: Bool = false, logger: Logger) throws(Fault) {
        self.path = path
        self.logger = logger
        sessions = Sessions(hasTLS: hasTLS)
        let stamp = TokenBook.stamp(of: path)
        let tokens = try TokensFile.load(path: path).tokens
        known = Mutex(Known(tokens: tokens, stamp: stamp, looked: .now))
    }

    package var tokens: [AccessToken] {
        known.withLock { known in
            guard known.looked.duration(to: .now) >= .seconds(TokenBook.lookSeconds) else {
                return known.tokens
            }
            return look(&known)
        }
    }

    /// Gives who has signed in.
    ///
    /// - Throws: `unauthorized` where the session has ended, or its token.
    func caller(session name: String, at now: Timestamp) throws(Fault) -> Caller {
        guard let token = sessions.token(of: name, among: tokens, at: now) else {
            throw .unauthorized("You are not signed in any more.")
        }
        return token.caller
    }

    /// Opens a session for who has a token.
    ///
    /// - Returns: the session's name.
    /// - Throws: `unauthorized`.
    func signIn(with text: String, at now: Timestamp) throws(Fault) -> String {
        let tokens = tokens
        let caller = try tokens.caller(with: text, at: now)
        guard let token = tokens.first(where: { $0.id == caller.id }) else {
            throw .unauthorized("There is no such token.")
        }
        return sessions.begin(token, at: now)
    }

    /// Reads the file now, where it has changed.
    package func reload() { known.withLock { _ = look(&$0) } }

    private func look(_ known: inout Known) -> [AccessToken] {
        known.looked = .now
        let stamp = TokenBook.stamp(of: path)
        guard stamp != known.stamp else { return known.tokens }
        known.stamp = stamp
        do throws(Fault) {
            known.tokens = try TokensFile.load(path: path).tokens
            logger.notice("tokens read", metadata: ["count": .stringConvertible(known.tokens.count)])
        } catch {
            logger.error(
                "tokens left as they were",
                metadata: ["code": .string(error.code.rawValue), "error": .string(error.sentence)]
            )
        }
        return known.tokens
    }

    private static func stamp(of path: String) -> Stamp? {
        var status = linux_file_status()
        guard linux_file_status(path, true, &status) == 0 else { return nil }
        return Stamp(
            seconds: status.modified_seconds,
            nanoseconds: status.modified_nanoseconds,
            bytes: status.bytes,
            node: status.node
        )
    }
}
