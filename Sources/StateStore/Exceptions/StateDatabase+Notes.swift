import Foundation
import GRDB
package import InventoryCore

/// What people have said of an open exception.
package struct ExceptionNote: Hashable, Sendable, Codable {
    /// Who looks after it.
    package var assignee: String?
    /// Until when nobody need be reminded.
    package var snoozedUntil: Timestamp?
    /// Why it was put off or given away.
    package var reason: String?
    package var who: String
    package var at: Timestamp

    package init(who: String, at: Timestamp) {
        self.who = who
        self.at = at
    }

    /// Notes that are kept; the oldest go first.
    package static let notesMax = 1_000

    private enum Key: String, CodingKey {
        case assignee, snoozed, reason, who, at
    }

    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: Key.self)
        assignee = try values.decodeIfPresent(String.self, forKey: .assignee)
        snoozedUntil = try values.decodeIfPresent(Int64.self, forKey: .snoozed)
            .map(Timestamp.init(microseconds:))
        reason = try values.decodeIfPresent(String.self, forKey: .reason)
        who = try values.decode(String.self, forKey: .who)
        at = Timestamp(microseconds: try values.decode(Int64.self, forKey: .at))
    }

    package func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: Key.self)
        try values.encodeIfPresent(assignee, forKey: .assignee)
        try values.encodeIfPresent(snoozedUntil?.microseconds, forKey: .snoozed)
        try values.encodeIfPresent(reason, forKey: .reason)
        try values.encode(who, forKey: .who)
        try values.encode(at.microseconds, forKey: .at)
    }
}

extension StateDatabase {
    /// Gives the notes by the names under which they were kept.
    package func exceptionNotes() async throws -> [String: ExceptionNote] {
        try await read("read the notes") { try $0.exceptionNotes() }
    }

    /// Changes the note of an exception, or makes it; nothing takes it away.
    package func note(
        _ name: String,
        _ change: @escaping @Sendable (ExceptionNote?) -> ExceptionNote?
    ) async throws {
        try await write("keep a note") { db in
            var notes = try db.exceptionNotes()
            notes[name] = change(notes[name])
            let kept = notes.sorted { $0.value.at > $1.value.at }.prefix(ExceptionNote.notesMax)
            let all = Dictionary(kept.map { ($0.key, $0.value) }) { first, _ in first }
            let json = try JSONEncoder().encode(all)
            try db.set(.exceptionNotes, to: String(decoding: json, as: UTF8.self))
        }
    }
}

extension Database {
    fileprivate func exceptionNotes() throws -> [String: ExceptionNote] {
        guard let text = try text(.exceptionNotes) else { return [:] }
        do {
            return try JSONDecoder().decode([String: ExceptionNote].self, from: Data(text.utf8))
        } catch {
            throw Fault.damaged("the notes on exceptions")
        }
    }
}
