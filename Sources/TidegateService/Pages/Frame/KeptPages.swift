import HTTPTypes
import Hummingbird

/// Pages that many follow live: each is written once for all of them, until the streams have told a change.
///
/// Whoever opens a page gets it as it is at that moment; only what the script reads again is shared.
actor KeptPages {
    struct Key: Hashable, Sendable {
        /// Names and forms on a page are those of the caller.
        let caller: Caller
        /// With its query.
        let address: String
        /// Of what the streams have told.
        let serial: Int
    }

    private var pages: [Key: Kept] = [:]
    /// Those who wait for a page that is being written for somebody else.
    private var waiting: [Key: [CheckedContinuation<Response?, Never>]] = [:]

    private struct Kept {
        let at: ContinuousClock.Instant
        let response: Response
    }

    /// No page is larger than some 60 kB.
    static let pagesMax = 64
    private static let freshSeconds = 3.0

    /// Gives the page that is kept, or has it written.
    func page(
        _ key: Key,
        _ write: @Sendable () async throws -> Response
    ) async throws -> Response {
        if let kept = pages[key], kept.at.duration(to: .now) < .seconds(KeptPages.freshSeconds) {
            return kept.response
        }
        if waiting[key] != nil {
            let written = await withCheckedContinuation { waiting[key, default: []].append($0) }
            // What went wrong for somebody else may go well for this one.
            if let written { return written }
            return try await write()
        }
        waiting[key] = []
        do {
            let response = try await write()
            end(key, with: response)
            return response
        } catch {
            end(key, with: nil)
            throw error
        }
    }

    private func end(_ key: Key, with response: Response?) {
        for one in waiting.removeValue(forKey: key) ?? [] { one.resume(returning: response) }
        guard let response else { return }
        if pages.count >= KeptPages.pagesMax { pages = [:] }
        pages[key] = Kept(at: .now, response: response)
    }
}

extension HTTPField.Name {
    /// The script states it where it reads a page again because a stream has told a change.
    static let live = HTTPField.Name.own("Tidegate-Live")
}
