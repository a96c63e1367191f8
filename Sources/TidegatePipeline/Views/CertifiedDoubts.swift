import Foundation
import InventoryCore

/// What a run's certificate says of stock in doubt.
struct CertifiedDoubts: Decodable, Sendable {
    let skus: Int
    let neverClear: Int
    /// Σ(B_hi − B_lo), a plain decimal in base units.
    let width: String

    private enum CodingKeys: String, CodingKey {
        case skus = "skus_in_doubt"
        case neverClear = "skus_never_clear"
        case width = "in_doubt"
    }

    /// Reads a certificate; nothing where it is of an earlier build, which did not count.
    init?(certificate: [UInt8]) {
        do {
            self = try JSONDecoder().decode(CertifiedDoubts.self, from: Data(certificate))
        } catch {
            return nil
        }
    }

    var line: String {
        let count = skus == 1 ? "1 SKU" : "\(skus) SKUs"
        let never = neverClear > 0 ? ", \(neverClear) of them never clearly stated" : ""
        return "\(count)\(never); their bases could differ by \(width) in all"
    }
}
