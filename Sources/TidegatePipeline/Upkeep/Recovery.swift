import DeltaEngine
import Foundation
import InventoryCore
import StateStore
package import TidegateSettings

/// Looks for damage in a state folder, and mends what archive and shop can give back.
package struct Recovery: Sendable {
    let settings: Settings
    let folder: StateFolder

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
            findings += try await checkArchive(isKnown: database.damage == nil, mends: mends)
            guard database.damage == nil else { return findings }
            let baselines = try await checkBaselines()
            findings += try await checkHistory(lock, mends: mends)
            lock.release()
            for (source, finding) in baselines {
                if mends, let damage = finding.damage {
                    findings.append(await rebuilt(source, finding.part, damage))
                } else {
                    findings.append(finding)
                }
            }
            return findings
        } catch {
            throw Fault(error)
        }
    }

    // MARK: the parts

    private func checkDatabase(mends: Bool) async throws -> Finding {
        let path = folder.databasePath
        let none = Finding(
            "database",
            damage: "there is none",
            remedy: "Run `tidegate sync`: it reads the shop and the next full delivery anew.",
            isMended: false
        )
        guard folder.holdsState else { return none }
        let damage: String?
        do {
            damage = try await databaseDamage()
        } catch let fault as Fault where fault.code == .stateMissing {
            // A process that was killed has just begun it: the next one makes it.
            return none
        }
        guard let damage else { return Finding(sound: "database") }
        guard mends else {
            let remedy =
                "`tidegate recover --mend` puts it aside; the next sync reads shop and delivery anew."
            return Finding("database", damage: damage, remedy: remedy, isMended: false)
        }
        let aside = path + ".damaged-\(Timestamp.now.microseconds)"
        try Recovery.putAside(path, as: aside)
        var moved = [aside]
        // Without the database nobody knows which generation of a baseline was accepted.
        for source in settings.sources {
            let baseline = SourceBaseline.path(of: source.id, in: folder)
            guard FileManager.default.fileExists(atPath: baseline) else { continue }
            moved.append("\(aside).\(source.id).baseline")
            try FileManager.default.moveItem(atPath: baseline, toPath: moved[moved.count - 1])
        }
        return Finding(
            "database",
            damage: damage,
            remedy:
                "Put aside as \(moved.joined(separator: ", ")). Run `tidegate sync`: it reads the shop's "
                + "figures and the next full delivery anew; what was held or in doubt is judged again.",
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
        let aside = path + ".damaged-\(Timestamp.now.microseconds)"
        if mends { try Recovery.putAside(path, as: aside) }
        return [
            Finding(
                "inbox of events",
                damage: damage,
                remedy: mends
                    ? "Put aside as \(aside); events that were not in effect yet are lost, and the next full "
                        + "delivery states what they said."
                    : "`tidegate recover --mend` puts it aside; a new one is made.",
                isMended: mends
            )
        ]
    }

    private func checkBaselines() async throws -> [(source: SourceID, finding: Finding)] {
        let state = try StateDatabase.openForReading(folder)
        var findings: [(source: SourceID, finding: Finding)] = []
        for source in settings.sources {
            let generation = try await state.generation(of: source.id)
            guard generation > 0 else { continue }
            let seeds = try await state.baselineSeeds(of: source.id)
            let part = "baseline of \(source.id)"
            let path = SourceBaseline.path(of: source.id, in: folder)
            do {
                try await offPool { try Recovery.verify(path, generation, seeds) }
                findings.append((source.id, Finding(sound: part)))
            } catch {
                let remedy = "`tidegate recover --mend` makes it anew from the archive."
                let damage = Fault(error).message
                findings.append((source.id, Finding(part, damage: damage, remedy: remedy, isMended: false)))
            }
        }
        try state.close()
        return findings
    }

    /// Moves a database with the files beside it.
    private static func putAside(_ path: String, as aside: String) throws {
        for ending in ["", "-wal", "-shm"] where FileManager.default.fileExists(atPath: path + ending) {
            try FileManager.default.moveItem(atPath: path + ending, toPath: aside + ending)
        }
    }

    private func checkHistory(_ lock: FolderLock, mends: Bool) async throws -> [Finding] {
        let state = try StateDatabase.openForReading(folder)
        let damages = try await state.historyDamages()
        let count = try await state.historyFiles().count
        try state.close()
        guard !damages.isEmpty else { return [Finding(sound: "history, \(count) files")] }
        if mends {
            let owned = try StateDatabase.open(lock: lock)
            for damage in damages { try await owned.putAside(damage) }
            try owned.close()
        }
        return damages.map { damage in
            Finding(
                "history, file \(damage.name)",
                damage: damage.message,
                remedy: mends
                    ? "Put aside; the history says that it lacks \(damage.since) to \(damage.until)."
                    : "Restore it from a copy, or `tidegate recover --mend` puts it aside.",
                isMended: mends
            )
        }
    }

    private static func verify(_ path: String, _ generation: UInt64, _ seeds: [UInt64]?) throws {
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
        try baseline.require(seeds: seeds)
        try baseline.verify()
    }

    private func rebuilt(_ source: SourceID, _ part: String, _ damage: String) async -> Finding {
        do {
            let outcomes = try await BaselineRebuild(settings).perform(only: source)
            let made = outcomes.map { outcome in
                let runs = outcome.runs.map(\.text).joined(separator: ", ")
                return "Made anew with \(outcome.positions) positions, from \(runs)."
            }
            return Finding(part, damage: damage, remedy: made.joined(separator: " "), isMended: true)
        } catch {
            let fault = Fault(error)
            let hint =
                fault.hint.isEmpty
                ? "The next full delivery makes it anew: move the state folder aside, then sync."
                : fault.hint
            return Finding(part, damage: damage, remedy: "\(fault.message) \(hint)", isMended: false)
        }
    }
}
