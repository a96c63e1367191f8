import Foundation
package import HTTPTransport
package import InventoryCore
import Synchronization

/// The secrets of a file, one a line: the first signs, all verify.
///
/// Read again when the file changes, so that a rotation needs no restart. Nothing but the secrets themselves
/// ever leaves it: messages name the file and the line.
package final class SecretsFile: Sendable {
    private struct Stamp: Equatable {
        let modified: Date
        let bytes: Int
        let file: Int
    }

    private struct Contents {
        var stamp: Stamp?
        var secrets: [Secret] = []
        /// Taken out of the file, with the moment until which they still count.
        var retired: [(secret: Secret, until: Timestamp)] = []
        var isRead = false
    }

    package let path: String
    private let graceSeconds: Int64
    private let contents = Mutex(Contents())

    /// A longer file is the wrong file.
    private static let bytesMax = 16 << 10
    /// How long a lenient source takes a secret that has left the file (FACTS A.6).
    package static let graceSeconds: Int64 = 86400

    /// - Parameters:
    ///   - path: from the current directory where it is relative.
    ///   - isLenient: whether a secret that has left the file counts for another day. Known only to this
    ///     process: after a restart it is forgotten.
    package init(path: String, isLenient: Bool) {
        self.path = path
        graceSeconds = isLenient ? SecretsFile.graceSeconds : 0
    }

    /// Gives the secrets that verify now, the one that signs first.
    ///
    /// A file that cannot be read any more leaves what was read before in force.
    ///
    /// - Parameter now: for the day of secrets that have left the file.
    /// - Returns: from 1 to 32 of them.
    /// - Throws: `Fault` with `bad_secrets` where the file has never been read and cannot be, or has none.
    package func secrets(now: Timestamp) throws(Fault) -> [Secret] {
        let result: Result<[Secret], Fault> = contents.withLock { contents in
            Result { () throws(Fault) in
                try refresh(&contents, now)
                contents.retired.removeAll { $0.until <= now }
                return contents.secrets + contents.retired.map(\.secret)
            }
        }
        return try result.get()
    }

    private func refresh(_ contents: inout Contents, _ now: Timestamp) throws(Fault) {
        let stamp: Stamp
        let secrets: [Secret]
        do throws(Fault) {
            stamp = try self.stamp()
            guard stamp != contents.stamp else { return }
            secrets = try read()
        } catch {
            guard contents.isRead else { throw error }
            return
        }
        let kept = Set(secrets.map { $0.revealed() })
        for gone in contents.secrets where !kept.contains(gone.revealed()) && graceSeconds > 0 {
            contents.retired.append((gone, now.adding(seconds: graceSeconds)))
        }
        contents.retired.removeAll { kept.contains($0.secret.revealed()) }
        contents.retired = contents.retired.suffix(SignatureCheck.secretsMax)
        contents.secrets = secrets
        contents.stamp = stamp
        contents.isRead = true
    }

    private func stamp() throws(Fault) -> Stamp {
        do {
            // Where secrets are mounted the name is a link, and only what it leads to is ever another.
            let file = URL(filePath: path).resolvingSymlinksInPath()
            let attributes = try FileManager.default.attributesOfItem(atPath: file.path)
            guard let modified = attributes[.modificationDate] as? Date,
                let bytes = (attributes[.size] as? NSNumber)?.intValue,
                let number = (attributes[.systemFileNumber] as? NSNumber)?.intValue
            else { throw fault("cannot be looked at") }
            return Stamp(modified: modified, bytes: bytes, file: number)
        } catch let fault as Fault {
            throw fault
        } catch {
            throw fault("is not there, or may not be read")
        }
    }

    private func read() throws(Fault) -> [Secret] {
        let data: Data
        do {
            let file = try FileHandle(forReadingFrom: URL(filePath: path))
            data = try file.read(upToCount: SecretsFile.bytesMax + 1) ?? Data()
            try file.close()
        } catch {
            throw fault("is not there, or may not be read")
        }
        guard data.count <= SecretsFile.bytesMax, let text = String(validating: data, as: UTF8.self) else {
            throw fault("is longer than \(SecretsFile.bytesMax) bytes, or not UTF-8")
        }
        let lines = text.split(whereSeparator: \.isNewline).map { $0.trimmed }.filter { !$0.isEmpty }
        guard (1...SignatureCheck.secretsMax).contains(lines.count) else {
            throw fault("has \(lines.count) secrets")
        }
        return lines.map { Secret(String($0)) }
    }

    private func fault(_ reason: String) -> Fault {
        Fault(
            .notPermitted,
            code: EventCode.badSecrets,
            place: path,
            message: "The file of secrets \(reason).",
            hint:
                "Write from 1 to \(SignatureCheck.secretsMax) secrets into it, one a line."
        )
    }
}
