import Foundation

/// What a kept certificate says of where it belongs.
struct StatedCertificate: Decodable, Sendable {
    /// The version of the rules that its figures were made by.
    let rules: String
    /// The digest of the plan that it goes with; nothing of versions before plans were kept.
    let plan: String?

    /// Reads a certificate; nothing where it is damaged.
    init?(json: [UInt8]) {
        guard let stated = try? JSONDecoder().decode(StatedCertificate.self, from: Data(json)) else {
            return nil
        }
        self = stated
    }
}
