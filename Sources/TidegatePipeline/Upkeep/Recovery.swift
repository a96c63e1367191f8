import DeltaEngine
import Foundation
import InventoryCore
import SnapshotFormats
import SnapshotSources
import StateStore
package import TidegateSettings

/// Looks for damage in a state folder, and mends what archive and shop can give back.
package struct Recovery: Sendable {
    private let settings: Settings
    private let folder: StateFolder

    /// One part of the state, and how it is.
    package struct Finding: Hashable, Sendable {
        package let part: String
        /// What is wrong; nothing where it is sound.
        package let damage: String?
        /// What was done about it, or what to do next.
        package let remedy: String?
        /// Whether nothing is left to do.
        package let isMended: Bool

        init(sound part: String) {
            (self.part, damage, remedy, isMended) = (part, nil, nil, true)
        }

        init(_ part: String, damage: String, remedy: String, isMended: Bool) {
            (self.part, self.damage, self.remedy, self.isMended) = (part, damage, remedy, isMended)
        }
    }

    package init(_ settings: Settings) {
        self.settings = settings
        folder = StateFolder(path: settings.store.path)
    }

    /// Looks at database, baselines and archive.
    ///
    /// What can be mended is, if `mends`; nothing is changed otherwise.
    ///
    /// - Throws: `Fault` where another process has the folder, or it cannot be read at all.
    package func perform(mends: Bool) async throws -> [Finding] {
        do {
            guard FileManager.default.fileExists(atPath: folder.path) else {
                throw Fault(
                    .inputMissing,
                    code: "state_missing",
                    place: folder.path,
                    message: "There is no state folder, so nothing can be damaged.",
                    hint: "Run `tidegate sync`, or name the folder with `store.path`."
                )
            }
            let lock = try FolderLock(folder: folder, command: "tidegate recover", at: .now)
            defer { lock.release() }
            var findings: [Finding] = []
            let database = try await checkDatabase(mends: mends)
            findings.append(database)
            findings += try await checkInbox(mends: mends)
            findings += try await checkArchive(mends: mends)
            if database.damage == nil {
                findings += try await checkBaselines()
            }
            lock.release()
            let lost = findings.contains { $0.part.hasPrefix("baseline") && $0.damage != nil }
            guard mends, lost else { return findings }
            return try await rebuilt(findings)
        } catch {
            throw Fault(error)
        }
    }

    // MARK: the parts

    private func checkDatabase(mends: Bool) async throws -> Finding {
        let path = folder.databasePath
        guard folder.holdsState else {
            return Finding(
                "database",
                damage: "there is none",
                remedy: "Run `tidegate sync`: it reads the shop and the next full delivery anew.",
                isMended: false
            )
        }
        guard let damage = try await databaseDamage() else { return Finding(sound: "database") }
        guard mends else {
            let remedy =
                "`tidegate recover --mend` puts it aside; the next sync reads shop and delivery anew."
            return Finding("database", damage: damage, remedy: remedy, isMended: false)
        }
        let aside = path + ".damaged-\(Timestamp.now.microseconds)"
        for ending in ["", "-wal", "-shm"] where FileManager.default.fileExists(atPath: path + ending) {
            try FileManager.default.moveItem(atPath: path + ending, toPath: aside + ending)
        }
        // Without the database nobody knows which generation of a baseline was accepted.
        for source in settings.sources {
            let baseline = SourceBaseline.path(of: source.id, in: folder)
            if FileManager.default.fileExists(atPath: baseline) {
                try FileManager.default.moveItem(atPath: baseline, toPath: aside + ".\(source.id).baseline")
            }
        }
        return Finding(
            "database",
            damage: damage,
            remedy:
                "Put aside as \(aside). Run `tidegate sync`: it reads the shop's figures and the next full "
                + "delivery anew; what was held or in doubt is judged again.",
            isMended: true
        )
    }

    private func databaseDamage() async throws -> String? {
        do {
            let state = try StateDatabase.openForReading(folder)
            let damages = try await state.damages()
            try state.close()
            return damages.first
        } catch {
            let fault = Fault(error)
            if fault.code == .stateDamaged { return fault.message }
            throw fault
        }
    }

    private func checkInbox(mends: Bool) async throws -> [Finding] {
        guard folder.holdsInbox else { return [] }
        let path = folder.inboxPath
        let damage = try await offPool { [folder] in try EventInbox.damage(in: folder) }
        guard let damage else { return [Finding(sound: "inbox of events")] }
        if mends {
            let aside = path + ".damaged-\(Timestamp.now.microseconds)"
            for ending in ["", "-wal", "-shm"] where FileManager.default.fileExists(atPath: path + ending) {
                try FileManager.default.moveItem(atPath: path + ending, toPath: aside + ending)
            }
        }
        return [
            Finding(
                "inbox of events",
                damage: damage,
                remedy: mends
                    ? "Put aside; events that were not in effect yet are lost, and the next full delivery "
                        + "states what they said."
                    : "`tidegate recover --mend` puts it aside; a new one is made.",
                isMended: mends
            )
        ]
    }

    private func checkBaselines() async throws -> [Finding] {
        let state = try StateDatabase.openForReading(folder)
        let generations = try await state.generations()
        try state.close()
        var findings: [Finding] = []
        for source in settings.sources {
            guard let generation = generations[source.id], generation > 0 else { continue }
            let part = "baseline of \(source.id)"
            let path = SourceBaseline.path(of: source.id, in: folder)
            do {
                try await offPool { try Recovery.verify(path, generation) }
                findings.append(Finding(sound: part))
            } catch {
                findings.append(
                    Finding(
                        part,
                        damage: Fault(error).message,
                        remedy: "`tidegate recover --mend` makes it anew from the archive.",
                        isMended: false
                    )
                )
            }
        }
        return findings
    }

    private func checkArchive(mends: Bool) async throws -> [Finding] {
        let archive = SnapshotArchive(folder: folder)
        let copies = try await offPool { try archive.snapshots() }
        var findings: [Finding] = []
        for copy in copies {
            let damage = try await offPool { Recovery.damage(of: copy.path) }
            guard let damage else { continue }
            if mends { try FileManager.default.moveItem(atPath: copy.path, toPath: copy.path + ".damaged") }
            findings.append(
                Finding(
                    "archive, run \(copy.run)",
                    damage: damage.message,
                    remedy: mends
                        ? "Put aside; the others are used." : "`tidegate recover --mend` puts it aside.",
                    isMended: mends
                )
            )
        }
        return findings.isEmpty ? [Finding(sound: "archive, \(copies.count) deliveries")] : findings
    }

    private static func verify(_ path: String, _ generation: UInt64) throws {
        let baseline = try ObservedBaseline.open(path: path)
        guard baseline.generation >= generation else {
            throw Fault(
                .badInput,
                code: "baseline_damaged",
                place: path,
                message: "It ends at generation \(baseline.generation) of \(generation).",
                hint: "Run `tidegate baseline rebuild`."
            )
        }
        try baseline.verify()
    }

    /// Reads a copy to its end; gives what went wrong.
    private static func damage(of path: String) -> Fault? {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 16)
        defer { buffer.deallocate() }
        do {
            let bytes = try SnapshotFile.open(path: path)
            while try bytes.read(into: buffer) > 0 {}
            return nil
        } catch {
            return Fault(error)
        }
    }

    private func rebuilt(_ findings: [Finding]) async throws -> [Finding] {
        var result = findings.filter { !$0.part.hasPrefix("baseline") }
        do {
            for outcome in try await BaselineRebuild(settings).perform() {
                let runs = outcome.runs.map(\.text).joined(separator: ", ")
                result.append(
                    Finding(
                        "baseline of \(outcome.source)",
                        damage: "lost or damaged",
                        remedy: "Made anew with \(outcome.positions) positions, from \(runs).",
                        isMended: true
                    )
                )
            }
        } catch {
            let fault = Fault(error)
            result.append(
                Finding(
                    "baseline",
                    damage: fault.message,
                    remedy: fault.hint.isEmpty
                        ? "The next full delivery makes it anew: move the state folder aside, then sync."
                        : fault.hint,
                    isMended: false
                )
            )
        }
        return result
    }
}
