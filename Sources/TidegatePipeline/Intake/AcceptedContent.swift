import Crypto
import Foundation
import InventoryCore
package import SnapshotFormats
package import SnapshotSources
import StateStore

/// What tells the bytes that a run accepted from any other bytes.
package struct AcceptedContent: Hashable, Sendable, Codable {
    /// Of the baseline that the run compared with; they are kept here because the baseline may be replaced.
    let seeds: [UInt64]
    /// The digest of the unpacked bytes under these seeds.
    let digest: String
    /// Where the bytes lay, if they can be read there again.
    let path: String?

    package init(of delivery: Delivery, seeds: KeySeeds, digest: String) {
        self.seeds = [seeds.first, seeds.second]
        self.digest = digest
        path = delivery.canBeOpenedAgain ? delivery.path : nil
    }

    /// Takes what is kept of a delivery; nothing where its mark is not.
    init?(_ delivery: DeliveryRecord) {
        guard let seeds = delivery.seeds, seeds.count == 2, let digest = delivery.digest else { return nil }
        (self.seeds, self.digest, path) = (seeds, digest, delivery.path)
    }

    /// Reads what `json` gave; nothing where it is damaged.
    init?(json: [UInt8]) {
        guard let content = try? JSONDecoder().decode(AcceptedContent.self, from: Data(json)),
            content.seeds.count == 2
        else { return nil }
        self = content
    }

    func json() throws -> [UInt8] {
        Array(try JSONEncoder().encode(self))
    }

    var keySeeds: KeySeeds { KeySeeds(seeds[0], seeds[1]) }
}

extension ContentMark {
    /// Names the unpacked bytes, for as long as their marks are made under the same seeds.
    package var digest: String {
        var bytes: [UInt8] = []
        for word in [UInt64(lengthBytes)] + words {
            withUnsafeBytes(of: word.littleEndian) { bytes.append(contentsOf: $0) }
        }
        return "mark-" + SHA256.hash(data: bytes).hexadecimal
    }
}
