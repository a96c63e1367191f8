import Foundation
import HTTPTypes
import InventoryCore
import SnapshotFormats

/// What a delivery that is sent says of itself, in headers.
struct UploadContract: Hashable, Sendable {
    var asOf: Timestamp?
    var sequence: Int64?
    var scope: SnapshotScope?
    var rows: Int?
    /// The last order that the figures contain, with all before it but for those that are missing.
    var ordersThrough: String?
    var ordersMissing: [String] = []
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
        ordersThrough = try headers[.tidegateOrdersThrough].map { text throws(Fault) in
            try UploadContract.order(text, "Tidegate-Orders-Through")
        }
        if let text = headers[.tidegateOrdersMissing] {
            guard ordersThrough != nil else {
                throw .badParameter("Tidegate-Orders-Missing", "It needs Tidegate-Orders-Through.")
            }
            for name in text.split(separator: ",") {
                ordersMissing.append(try UploadContract.order(name, "Tidegate-Orders-Missing"))
            }
        }
        digest = try UploadContract.digest(headers[.reprDigest])
    }

    /// Reads the name of an order, as a manifest may have it.
    private static func order(
        _ text: some StringProtocol,
        _ header: String
    ) throws(Fault) -> String {
        let name = text.trimmingCharacters(in: .whitespaces)
        guard !name.isEmpty, KeyLimits.allow(name) else {
            throw .badParameter(
                header,
                "An order's name is empty, has a control character, or more than \(KeyLimits.bytesMax) bytes."
            )
        }
        return name
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
                if let ordersThrough { line.field("orders_through", ordersThrough) }
                if !ordersMissing.isEmpty {
                    line.array("orders_missing") { line in
                        for name in ordersMissing { line.element(name) }
                    }
                }
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
    static let tidegateOrdersThrough = HTTPField.Name.own("Tidegate-Orders-Through")
    static let tidegateOrdersMissing = HTTPField.Name.own("Tidegate-Orders-Missing")
    static let reprDigest = HTTPField.Name.own("Repr-Digest")
}
