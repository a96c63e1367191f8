import Foundation
import InventoryCore
import StateStore

/// What an exception is called in paths: its code and subject, so that it is found without a search.
struct ExceptionName: Hashable, Sendable {
    let text: String
    let key: ExceptionKey

    private static let separator = "\u{1F}"

    init(of exception: InventoryException) {
        key = exception.key
        let subject = exception.subject
        let fields = [
            exception.code.rawValue, subject.sku?.text, subject.unit?.text, subject.warehouse,
            subject.location?.text, subject.site?.text, subject.source?.text, subject.order,
        ]
        let joined = fields.map { $0 ?? "" }.joined(separator: ExceptionName.separator)
        text = Array(joined.utf8).base64URL
    }

    /// Reads a name from a path.
    ///
    /// - Throws: `unknown_exception`.
    init(_ text: String) throws(Fault) {
        guard let bytes = [UInt8](base64URL: text), let joined = String(validating: bytes, as: UTF8.self)
        else { throw ExceptionName.unknown }
        let fields = joined.components(separatedBy: ExceptionName.separator)
        guard fields.count == 8, let code = InventoryException.Code(rawValue: fields[0]) else {
            throw ExceptionName.unknown
        }
        self.text = text
        key = ExceptionKey(
            code: code,
            subject: Subject(
                sku: SKU(fields[1]),
                unit: StockUnit(fields[2]),
                warehouse: fields[3],
                location: Location(fields[4]),
                site: SiteID(fields[5]),
                source: SourceID(fields[6]),
                order: fields[7]
            )
        )
    }

    static let unknown = Fault(
        .inputMissing,
        code: "unknown_exception",
        message: "There is no such open exception.",
        hint: "`/exceptions` lists the open ones; one that has ended is not there any more."
    )
}
