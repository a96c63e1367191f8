import GRDB
package import InventoryCore

/// How pushes have found a shop's speed and queue.
package struct KnownPace: Hashable, Sendable {
    package let learnt: LearntPace
    /// Since when operations do not move; nothing where they do.
    package let stalledSince: Timestamp?
    /// The shop's root.
    package let shop: String
    package let at: Timestamp

    package init(learnt: LearntPace, stalledSince: Timestamp?, shop: String, at: Timestamp) {
        self.learnt = learnt
        self.stalledSince = stalledSince
        self.shop = shop
        self.at = at
    }
}

extension StateDatabase {
    /// Gives what is known of the shop's pace; nothing where no push has learnt anything.
    package func knownPace() async throws -> KnownPace? {
        try await read("read the shop's pace") { db in
            guard let text = try db.text(.learntPace) else { return nil }
            guard let known = KnownPace(stored: text) else {
                throw Fault.damaged("the setting \(Setting.learntPace.rawValue) “\(text)”")
            }
            return known
        }
    }

    /// Remembers the shop's pace.
    package func record(_ known: KnownPace) async throws {
        try await write("record the shop's pace") { db in
            try db.set(.learntPace, to: known.stored)
        }
    }
}

extension KnownPace {
    /// Figures by a letter each, in any order, and the shop at the end: `a1764482400000000 w4 https://…`.
    fileprivate var stored: String {
        var words = ["a\(at.microseconds)"]
        func add(_ letter: String, _ figure: (some CustomStringConvertible)?) {
            if let figure { words.append(letter + figure.description) }
        }
        add("s", stalledSince?.microseconds)
        add("w", learnt.writesInFlight)
        add("r", learnt.writesPerSecond)
        add("c", learnt.recordsPerSecond)
        add("q", learnt.windowRecords)
        add("o", learnt.operationSeconds)
        add("b", learnt.batchRecordsMax)
        return (words + [shop]).joined(separator: " ")
    }

    fileprivate init?(stored text: String) {
        let words = text.split(separator: " ", omittingEmptySubsequences: false)
        guard words.count >= 2, let shop = words.last else { return nil }
        var learnt = LearntPace()
        var at: Int64?
        var since: Int64?
        for word in words.dropLast() {
            let figure = word.dropFirst()
            switch word.first {
            case "a": at = Int64(figure)
            case "s": since = Int64(figure)
            case "w": learnt.writesInFlight = Int(figure)
            case "r": learnt.writesPerSecond = Double(figure)
            case "c": learnt.recordsPerSecond = Double(figure)
            case "q": learnt.windowRecords = Int(figure)
            case "o": learnt.operationSeconds = Double(figure)
            case "b": learnt.batchRecordsMax = Int(figure)
            default: return nil
            }
        }
        guard let at else { return nil }
        self.init(
            learnt: learnt.plausible,
            stalledSince: since.map(Timestamp.init(microseconds:)),
            shop: String(shop),
            at: Timestamp(microseconds: at)
        )
    }
}
