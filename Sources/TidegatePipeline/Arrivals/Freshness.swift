package import InventoryCore
import StateStore
import TidegateSettings

/// How old the newest statement of a source is, and whether that is too old.
package struct Freshness: Hashable, Sendable {
    package let source: SourceID
    /// When what was said last was true: what its manifest stated, else when the file was written.
    package let stated: Timestamp?
    /// Nothing where nothing was said, or only of the future.
    package let ageSeconds: Int?
    /// Seconds since its mark was taken back, where nothing was said since.
    private let secondsSinceReset: Int?
    /// When the source's mark was taken back last.
    let reset: SourceReset?
    /// How old it may be; nothing where neither the source nor a schedule says so.
    package let limitSeconds: Double?

    /// Whether the source should have said something by now.
    package var isSilent: Bool {
        guard let limitSeconds, let seconds = ageSeconds ?? secondsSinceReset else { return false }
        return Double(seconds) > limitSeconds
    }

    /// Statements of the future do not count.
    init(
        _ source: SourceSettings,
        in settings: Settings,
        stated: [Timestamp],
        reset: SourceReset?,
        at now: Timestamp
    ) {
        func seconds(since time: Timestamp) -> Int { Int((now.microseconds - time.microseconds) / 1_000_000) }
        self.source = source.id
        self.stated = stated.filter { $0 <= now }.max()
        ageSeconds = self.stated.map { seconds(since: $0) }
        self.reset = reset
        secondsSinceReset = reset.map { seconds(since: $0.at) }
        limitSeconds = settings.freshSeconds(of: source)
    }

    /// What a person should know of a silent source.
    package var sentence: String {
        let limit = limitSeconds.map { Freshness.shown($0) } ?? "any time"
        if ageSeconds == nil, let secondsSinceReset {
            return "\(source) has stated nothing since its mark was taken back, "
                + "\(Freshness.shown(Double(secondsSinceReset))) ago; \(limit) is allowed (fresh_for)."
        }
        let age = ageSeconds.map { "\(Freshness.shown(Double($0))) old" } ?? "unknown"
        return "The newest statement of \(source) is \(age); \(limit) is allowed (fresh_for)."
    }

    private static func shown(_ seconds: Double) -> String {
        switch seconds {
        case ..<120: "\(Int(seconds)) s"
        case ..<7200: "\(Int(seconds / 60)) min"
        case ..<172_800: "\(Int(seconds / 3600)) h"
        default: "\(Int(seconds / 86400)) d"
        }
    }
}

extension Freshness {
    /// Looks how old the newest statement of a source is.
    static func of(
        _ source: SourceSettings,
        in settings: Settings,
        _ state: StateDatabase,
        at now: Timestamp
    ) async throws -> Freshness {
        let stated = try await state.statements(of: source.id)
        let reset = try await state.resets(of: source.id, limit: 1).first
        return Freshness(source, in: settings, stated: stated, reset: reset, at: now)
    }
}

extension Shop {
    /// Gives how old the newest statement of each source is.
    package func freshness(at now: Timestamp) async throws -> [Freshness] {
        var all: [Freshness] = []
        for source in sources {
            all.append(try await Freshness.of(source.settings, in: settings, state, at: now))
        }
        return all
    }

    /// Looks whether sources have said something in time, also where no run does.
    package func noteSilence(at now: Timestamp) async throws {
        var changes = ExceptionChanges()
        try await noteSilence(in: &changes, at: now)
        let open = try await state.openExceptions(code: .sourceSilent)
        // Mostly nothing changes, and nothing is written.
        if changes.occurred.isEmpty, open.isEmpty { return }
        try await state.apply(changes, at: now)
    }

    /// Opens an exception for each silent source, and closes those of the others.
    func noteSilence(in changes: inout ExceptionChanges, at now: Timestamp) async throws {
        changes.examined.insert(.sourceSilent)
        for one in try await freshness(at: now) where one.isSilent {
            changes.occurred.append(
                InventoryException(
                    code: .sourceSilent,
                    subject: Subject(source: one.source),
                    message: one.sentence
                )
            )
        }
    }
}

extension ExceptionChanges {
    /// How many refused deliveries a message names.
    private static let namedMax = 5

    /// Opens an exception about deliveries that were refused and still lie there, or closes it.
    mutating func note(refused names: [String], of source: SourceID) {
        let key = ExceptionKey(code: .deliveryRefused, subject: Subject(source: source))
        guard !names.isEmpty else { return mended.append(key) }
        let shown = names.prefix(ExceptionChanges.namedMax).joined(separator: ", ")
        let more = names.count > ExceptionChanges.namedMax ? ", …" : ""
        let what = names.count == 1 ? "1 delivery was" : "\(names.count) deliveries were"
        occurred.append(
            InventoryException(
                code: key.code,
                subject: key.subject,
                message: "\(what) refused, and what it stated does not count: \(shown)\(more)."
            )
        )
    }
}
