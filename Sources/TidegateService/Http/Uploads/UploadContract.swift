import Foundation
import HTTPTypes
import InventoryCore

/// What a delivery that is sent says of itself, in headers.
struct UploadContract: Hashable, Sendable {
    var asOf: Timestamp?
    var sequence: Int64?
    var scope: SnapshotScope?
    var rows: Int?
    /// SHA-256 of the bytes as they are sent.
    var digest: [UInt8]?

    /// Reads the headers.
    ///
    /// - Throws: `bad_parameter` with the header.
    init(_ headers: HTTPFields) throws(Fault) {
        if let text = headers[.tidegateAsOf] {
            guard let time = Timestamp(rfc3339: text) else {
                throw .badParameter("Tidegate-As-Of", "The time is not RFC 3339 with an offset.")
            }
            asOf = time
        }
        if let text = headers[.tidegateSequence] {
            guard let number = Int64(text) else {
                throw .badParameter("Tidegate-Sequence", "The sequence is no whole number.")
            }
            sequence = number
        }
        if let text = headers[.tidegateScope] {
            guard let extent = SnapshotScope(rawValue: text) else {
                throw .badParameter("Tidegate-Scope", "The scope is neither full nor partial.")
            }
            scope = extent
        }
        if let text = headers[.tidegateRows] {
            guard let number = Int(text), number >= 0 else {
                throw .badParameter("Tidegate-Rows", "The rows are no whole number.")
            }
            rows = number
        }
        digest = try UploadContract.digest(headers[.reprDigest])
    }

    /// Reads a field of RFC 9530; algorithms beside SHA-256 are passed over.
    private static func digest(_ text: String?) throws(Fault) -> [UInt8]? {
        guard let text else { return nil }
        for member in text.split(separator: ",") {
            let pair = member.split(separator: "=", maxSplits: 1).map {
                $0.trimmingCharacters(in: .whitespaces)
            }
            guard pair.count == 2, pair[0].lowercased() == "sha-256" else { continue }
            guard pair[1].hasPrefix(":"), pair[1].hasSuffix(":"), pair[1].utf8.count > 2,
                let data = Data(base64Encoded: String(pair[1].dropFirst().dropLast())), data.count == 32
            else { throw .badParameter("Repr-Digest", "It is not sha-256=:BASE64:.") }
            return Array(data)
        }
        throw .badParameter("Repr-Digest", "It states no sha-256.")
    }

    /// The manifest that goes beside the file, with the digest that was found.
    func manifest(sha256: [UInt8]) -> [UInt8] {
        JSONPieces.line { line in
            line.object { line in
                if let asOf { line.field("asOf", asOf.description) }
                if let sequence { line.field("sequence", Int(sequence)) }
                if let scope { line.field("scope", scope.rawValue) }
                if let rows { line.field("rows", rows) }
                line.field("sha256", sha256.hexadecimal)
            }
        }
    }
}

extension HTTPField.Name {
    static let tidegateAsOf = HTTPField.Name.own("Tidegate-As-Of")
    static let tidegateSequence = HTTPField.Name.own("Tidegate-Sequence")
    static let tidegateScope = HTTPField.Name.own("Tidegate-Scope")
    static let tidegateRows = HTTPField.Name.own("Tidegate-Rows")
    static let reprDigest = HTTPField.Name.own("Repr-Digest")
}
