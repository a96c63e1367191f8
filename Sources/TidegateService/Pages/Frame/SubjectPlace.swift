import Foundation
import InventoryCore

/// Where a page of exceptions ends, as an address carries it: all fields of a subject.
struct SubjectPlace: Hashable, Sendable {
    let subject: Subject
    let text: String

    private static let separator = "\u{1F}"

    init(_ subject: Subject) {
        self.subject = subject
        let fields = [
            subject.sku?.text, subject.unit?.text, subject.warehouse, subject.location?.text,
            subject.site?.text, subject.source?.text, subject.order,
        ]
        text = Array(fields.map { $0 ?? "" }.joined(separator: SubjectPlace.separator).utf8).base64URL
    }

    /// Reads one from an address.
    ///
    /// - Throws: `bad_parameter`.
    init(_ text: String) throws(Fault) {
        guard let bytes = [UInt8](base64URL: text), let joined = String(validating: bytes, as: UTF8.self)
        else { throw SubjectPlace.bad }
        let fields = joined.components(separatedBy: SubjectPlace.separator)
        guard fields.count == 7 else { throw SubjectPlace.bad }
        self.text = text
        subject = Subject(
            sku: SKU(fields[0]),
            unit: StockUnit(fields[1]),
            warehouse: fields[2],
            location: Location(fields[3]),
            site: SiteID(fields[4]),
            source: SourceID(fields[5]),
            order: fields[6]
        )
    }

    private static let bad = Fault.badParameter("after", "`after` is not one that a page has given.")
}
