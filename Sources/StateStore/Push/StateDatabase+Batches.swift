import GRDB
package import InventoryCore

/// How a shop was found to take batches.
package struct KnownBatches: Hashable, Sendable {
    package let support: PushOptions.BatchSupport
    /// The shop's root.
    package let shop: String
    package let at: Timestamp

    package init(support: PushOptions.BatchSupport, shop: String, at: Timestamp) {
        self.support = support
        self.shop = shop
        self.at = at
    }
}

extension StateDatabase {
    /// Gives what is known of the shop's batches; nothing where it was never found out.
    package func knownBatches() async throws -> KnownBatches? {
        try await read("read how the shop takes batches") { db in
            guard let text = try db.text(.shopBatches) else { return nil }
            guard let known = KnownBatches(stored: text) else {
                throw Fault.damaged("the setting \(Setting.shopBatches.rawValue) “\(text)”")
            }
            return known
        }
    }

    /// Remembers how the shop takes batches.
    package func record(_ known: KnownBatches) async throws {
        try await write("record how the shop takes batches") { db in
            try db.set(.shopBatches, to: known.stored)
        }
    }
}

extension KnownBatches {
    fileprivate var stored: String { "\(support.word) \(at.microseconds) \(shop)" }

    fileprivate init?(stored text: String) {
        let parts = text.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, let microseconds = Int64(parts[1]),
            let support = PushOptions.BatchSupport.allWords.first(where: { $0.word == parts[0] })
        else { return nil }
        self.init(support: support, shop: String(parts[2]), at: Timestamp(microseconds: microseconds))
    }
}

extension PushOptions.BatchSupport {
    fileprivate static let allWords: [PushOptions.BatchSupport] = [.none, .asynchronous, .synchronous]

    fileprivate var word: String {
        switch self {
        case .none: "none"
        case .asynchronous: "asynchronous"
        case .synchronous: "synchronous"
        }
    }
}
