import Foundation
package import InventoryCore
import SnapshotFormats

/// The sidecar of a snapshot file (`NAME.manifest.json`), in which the source states its contract.
///
/// NAME is the whole file name (`stock.csv.gz.manifest.json`), or the file name without its extensions
/// (`stock.manifest.json`); the longest that exists counts.
package enum ContractManifest {
    /// A manifest is a handful of values; anything larger is something else.
    package static let bytesMax = 1 << 16

    package static let suffix = ".manifest.json"

    /// Reads the contract beside a snapshot file; nothing if there is no manifest.
    ///
    /// - Throws: `Fault` with `bad_manifest` when there is one and it cannot be understood.
    package static func contract(besideSnapshot path: String) throws(Fault) -> SnapshotContract? {
        try contract(beside: FilePath(path))
    }

    /// The same for a path that need not be text.
    static func contract(beside path: FilePath) throws(Fault) -> SnapshotContract? {
        for name in path.shortened {
            do throws(Fault) {
                let bytes = FileBytes(try OpenFile(name.appending(suffix: suffix)))
                return try contract(of: try bytes.peek(bytesMax + 1), path: bytes.path)
            } catch  where error.code == .notFound {
                continue
            }
        }
        return nil
    }

    /// Reads the JSON of a manifest: an object of `asOf`, `sequence`, `scope`, `rows`, `sha256`,
    /// `orders_through` and `orders_missing`, all optional.
    ///
    /// - Parameters:
    ///   - json: its bytes.
    ///   - path: of the manifest, for messages.
    /// - Returns: what it states.
    /// - Throws: `Fault` with `bad_manifest`; unknown keys are refused, they may be misspelt promises, and so
    ///   are keys that stand there twice.
    package static func contract(of json: [UInt8], path: String) throws(Fault) -> SnapshotContract {
        guard json.count <= bytesMax else {
            throw badManifest(path, "The manifest is larger than \(bytesMax) bytes.")
        }
        let stated: Stated
        do {
            stated = try JSONDecoder().decode(Stated.self, from: Data(json))
        } catch let error as UnknownKey {
            throw badManifest(path, "The manifest has the unknown key \"\(error.name.prefix(60))\".")
        } catch let DecodingError.typeMismatch(_, context), let DecodingError.valueNotFound(_, context),
            let DecodingError.dataCorrupted(context)
        {
            let key = context.codingPath.last.map { " at \"\($0.stringValue)\"" } ?? ""
            throw badManifest(path, "The manifest cannot be understood\(key): \(context.debugDescription)")
        } catch {
            throw badManifest(path, "The manifest cannot be understood.")
        }
        if let key = ObjectKeys.repeated(in: json) {
            throw badManifest(path, "The manifest has the key \"\(key.prefix(60))\" twice.")
        }
        return try contract(stated, path)
    }

    private static func contract(_ stated: Stated, _ path: String) throws(Fault) -> SnapshotContract {
        var contract = SnapshotContract(sequence: stated.sequence, rows: stated.rows)
        if let text = stated.asOf {
            guard let asOf = Timestamp(rfc3339: text) else {
                throw badManifest(
                    path,
                    "The manifest's asOf \"\(text.prefix(60))\" is not RFC 3339 with an offset."
                )
            }
            contract.asOf = asOf
        }
        if let text = stated.scope {
            guard let scope = SnapshotScope(rawValue: text) else {
                throw badManifest(
                    path,
                    "The manifest's scope \"\(text.prefix(60))\" is neither full nor partial."
                )
            }
            contract.scope = scope
        }
        if let rows = stated.rows, rows < 0 {
            throw badManifest(path, "The manifest's rows \(rows) is negative.")
        }
        if let text = stated.sha256 {
            let digits = text.lowercased()
            guard digits.utf8.count == 64, digits.utf8.allSatisfy({ 48...57 ~= $0 || 97...102 ~= $0 }) else {
                throw badManifest(path, "The manifest's sha256 is not 64 hexadecimal digits.")
            }
            contract.sha256 = digits
        }
        guard stated.ordersThrough != nil || stated.ordersMissing == nil else {
            throw badManifest(path, "The manifest has orders_missing, and no orders_through before which.")
        }
        contract.ordersThrough = try stated.ordersThrough.map { name throws(Fault) in
            try order(name, "orders_through", path)
        }
        for name in stated.ordersMissing ?? [] {
            contract.ordersMissing.insert(try order(name, "orders_missing", path))
        }
        return contract
    }

    private static func order(_ name: OrderName, _ key: String, _ path: String) throws(Fault) -> String {
        guard !name.text.isEmpty, KeyLimits.allow(name.text) else {
            throw badManifest(
                path,
                "The manifest's \(key) has a name of an order that is empty, has a control character, or "
                    + "more than \(KeyLimits.bytesMax) bytes."
            )
        }
        return name.text
    }

    private static func badManifest(_ path: String, _ message: String) -> Fault {
        Fault(
            .badInput,
            code: .badManifest,
            place: path,
            message: message,
            hint:
                "Write an object of asOf (RFC 3339), sequence, scope (full or partial), rows, sha256, "
                + "orders_through, orders_missing (a list)."
        )
    }
}

/// The manifest as written.
private struct Stated: Decodable {
    let asOf: String?
    let sequence: Int64?
    let scope: String?
    let rows: Int?
    let sha256: String?
    let ordersThrough: OrderName?
    let ordersMissing: [OrderName]?

    private enum Key: String, CodingKey, CaseIterable {
        case asOf, sequence, scope, rows, sha256
        case ordersThrough = "orders_through"
        case ordersMissing = "orders_missing"
    }

    init(from decoder: any Decoder) throws {
        let all = try decoder.container(keyedBy: AnyKey.self)
        if let unknown = all.allKeys.map(\.stringValue).sorted().first(where: { Key(rawValue: $0) == nil }) {
            throw UnknownKey(name: unknown)
        }
        let values = try decoder.container(keyedBy: Key.self)
        asOf = try values.decodeIfPresent(String.self, forKey: .asOf)
        sequence = try values.decodeIfPresent(Int64.self, forKey: .sequence)
        scope = try values.decodeIfPresent(String.self, forKey: .scope)
        rows = try values.decodeIfPresent(Int.self, forKey: .rows)
        sha256 = try values.decodeIfPresent(String.self, forKey: .sha256)
        ordersThrough = try values.decodeIfPresent(OrderName.self, forKey: .ordersThrough)
        ordersMissing = try values.decodeIfPresent([OrderName].self, forKey: .ordersMissing)
    }
}

/// An order's identifier or id, in quotes or as a whole number.
private struct OrderName: Decodable {
    let text: String

    init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer()
        do {
            text = try value.decode(String.self)
        } catch DecodingError.typeMismatch {
            text = String(try value.decode(Int64.self))
        }
    }
}

private struct UnknownKey: Error {
    let name: String
}

/// Any key of an object.
private struct AnyKey: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init(stringValue: String) {
        self.stringValue = stringValue
    }

    init?(intValue: Int) {
        nil
    }
}
