package import InventoryCore
package import OroClient
import StateStore

/// What people do about a group of exceptions; who did it, when and why is kept.
package struct ExceptionWork: Sendable {
    private let shop: Shop
    private let who: String
    private let now: Timestamp

    /// Nothing is put off for longer.
    package static let snoozeSecondsMax: Int64 = 90 * 86_400
    package static let textCharactersMax = 1_000
    package static let nameBytesMax = 200

    package init(_ shop: Shop, who: String, at now: Timestamp = .now) {
        (self.shop, self.now) = (shop, now)
        self.who = String(who.prefix(ExceptionWork.nameBytesMax))
    }

    /// Says who looks after it.
    ///
    /// - Throws: `unknown_exception`, `exception_closed`, `bad_assignee`.
    package func assign(_ number: Int, to assignee: String, reason: String? = nil) async throws {
        let name = ExceptionWork.storable(assignee)
        guard name.contains(where: { !$0.isWhitespace }), name.utf8.count <= ExceptionWork.nameBytesMax else {
            throw Fault(
                .usage,
                code: "bad_assignee",
                message: "A name of 1 to \(ExceptionWork.nameBytesMax) bytes says who looks after it.",
                hint: "Name a person or a team."
            )
        }
        let group = try await open(number)
        let text = reason.map { "\(name): \($0)" } ?? name
        try await shop.state.assign(group.number, to: name, note(.assigned, text))
    }

    /// Puts it off: nobody is reminded before.
    ///
    /// - Throws: `unknown_exception`, `exception_closed`, `bad_snooze`.
    package func snooze(_ number: Int, until: Timestamp, reason: String) async throws {
        let latest = now.adding(seconds: ExceptionWork.snoozeSecondsMax)
        guard until > now, until <= latest else {
            throw Fault(
                .usage,
                code: "bad_snooze",
                message: "\(until) is not within the next 90 days.",
                hint: "Name a time to come with its offset, such as \(now.adding(seconds: 86_400))."
            )
        }
        let group = try await open(number)
        try await shop.state.snooze(group.number, until: until, note(.snoozed, reason))
    }

    /// Closes it because a person says that it is mended; where it is not, it is opened again when it is met.
    ///
    /// - Returns: how many exceptions were open.
    /// - Throws: `unknown_exception`, `exception_closed`.
    package func resolve(_ number: Int, reason: String) async throws -> Int {
        let group = try await open(number)
        return try await shop.state.resolve(group, note(.resolved, reason))
    }

    /// Tries again what can be tried again.
    ///
    /// - Parameters:
    ///   - number: the group.
    ///   - oro: the shop's client.
    ///   - events: hears of a run that works SKUs out anew.
    /// - Returns: what was done, or has to be done by whoever starts runs.
    /// - Throws: `unknown_exception`, `exception_closed`, `not_retried`.
    package func retry(
        _ number: Int,
        oro: OroClient,
        events: @escaping RunEvents = { _ in }
    ) async throws -> Retried {
        let group = try await open(number)
        guard let retry = group.code.entry.retry else {
            throw Fault(
                .badInput,
                code: "not_retried",
                message: "There is nothing to be tried again: \(group.code.entry.ending)",
                hint: group.code.firstStep
            )
        }
        try await shop.state.note(note(.retried, nil), of: group.number)
        switch retry {
        case .writes: return .writes(try await shop.state.retryRefused())
        case .figures:
            guard try await shop.state.touch(skusOf: group, at: now) else { return .withNextRun }
            let run = try await OrderRun(shop: shop, oro: oro, events: events).perform()
            return .figures(run?.id)
        case .source:
            let source = group.cause.subject.source
            return .sources(source.map { [$0] } ?? shop.sources.map(\.id))
        }
    }

    /// What became of a wish to try again.
    package enum Retried: Hashable, Sendable {
        /// So many refused writes are sent with the next push.
        case writes(Int)
        /// The SKUs were worked out, in a run where something has changed.
        case figures(RunID?)
        /// They are so many that the next run works out everything.
        case withNextRun
        /// These sources are to be read.
        case sources([SourceID])
    }

    private func open(_ number: Int) async throws -> ExceptionGroup {
        guard let group = try await shop.state.exceptionGroup(number) else { throw Fault.unknownException }
        guard let closed = group.closed else { return group }
        throw Fault(
            .badInput,
            code: "exception_closed",
            message: "The exception \(number) has ended at \(closed).",
            hint: "Nothing has to be done about it; it is opened again if it recurs."
        )
    }

    private func note(_ kind: ExceptionNote.Kind, _ text: String?) -> ExceptionNote {
        let kept = text.map { String(ExceptionWork.storable($0).prefix(ExceptionWork.textCharactersMax)) }
        return ExceptionNote(kind, who: who, at: now, text: kept)
    }

    /// The database stores no NUL.
    private static func storable(_ text: String) -> String { text.replacing("\0", with: "\u{2400}") }
}
