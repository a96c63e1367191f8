import Glibc
package import InventoryCore
import SnapshotFormats

/// The file beside a snapshot in which the ERP states web orders (`NAME.orders.csv`, spec, orders, 5).
///
/// NAME is that of the snapshot as for its manifest. Beside a single file that is written again and again it
/// may also be `orders.csv`. It is opened with the delivery, so that a later one does not take its place.
package final class OrderFile: Sendable {
    package static let suffix = ".orders.csv"
    package static let plainName = "orders.csv"
    package static let rowsMax = 1_000_000
    package static let bytesMax = 256 << 20
    /// Rejected rows that are told; the others are counted.
    package static let rejectedMax = 1_000

    private let file: OpenFile
    /// When it was last written to.
    package let modified: Timestamp
    package var path: String { file.path }

    private init(_ file: OpenFile) {
        self.file = file
        modified = file.opened.modified.timestamp
    }

    /// Opens the file of orders beside a snapshot.
    ///
    /// - Parameters:
    ///   - snapshot: where the snapshot lies.
    ///   - isSingle: whether that is always the same path, so that `orders.csv` is its own.
    /// - Returns: the file; nothing where there is none.
    /// - Throws: `Fault` where there is one and it cannot be opened.
    package static func beside(_ snapshot: FilePath, isSingle: Bool) throws(Fault) -> OrderFile? {
        var paths = snapshot.shortened.map { $0.appending(suffix: suffix) }
        if isSingle { paths.append(snapshot.sibling(plainName)) }
        for path in paths where path != snapshot && path.state?.kind == .regular {
            do throws(Fault) {
                return OrderFile(try OpenFile(path))
            } catch  where error.code == .notFound {
                continue
            }
        }
        return nil
    }

    /// Whether it was written to since it was opened.
    package var hasChanged: Bool { file.hasChanged }

    /// Reads all rows: good ones are taken, each bad one is reported with its line.
    ///
    /// - Parameters:
    ///   - source: whose figures contain the orders.
    ///   - asOf: when that became so where a row does not say.
    ///   - latest: instants after it cannot have been.
    /// - Returns: what the rows say.
    /// - Throws: `Fault` where it is no such table, ends inside a row, is too large or was written to.
    package func read(source: SourceID, asOf: Timestamp, latest: Timestamp) throws(Fault) -> StatedOrders {
        guard (file.regularSizeBytes ?? 0) <= OrderFile.bytesMax else {
            throw tooLarge("more than \(OrderFile.bytesMax) bytes")
        }
        var reader = TableReader(columns: OrderRow.columns)
        let rows = OrderRow(source: source, asOf: asOf, latest: latest)
        var stated = StatedOrders()
        var count = 0
        do {
            try reader.readAll(from: PlainSource(FileBytes(file))) { row in
                count += 1
                guard count <= OrderFile.rowsMax else {
                    throw tooLarge("more than \(OrderFile.rowsMax) rows")
                }
                switch rows.read(row) {
                case .success(let said) where said.isDated: stated.acknowledgements.append(said.statement)
                case .success(let said): stated.undated.append(said.statement)
                case .failure(let refusal): stated.reject(refusal.row)
                }
            } rejected: { row in
                count += 1
                guard count <= OrderFile.rowsMax else {
                    throw tooLarge("more than \(OrderFile.rowsMax) rows")
                }
                stated.reject(row)
            }
        } catch {
            throw placed(error)
        }
        if hasChanged { throw Fault.deliveryChanged(path) }
        return stated
    }

    private func placed(_ error: any Error) -> Fault {
        guard let fault = error as? Fault else {
            return Fault(
                .unavailable,
                code: .readFailed,
                place: path,
                message: "The file of orders cannot be read: \(error)",
                hint: "Look at the disk that it lies on."
            )
        }
        guard fault.place.isEmpty else { return fault }
        return Fault(
            fault.kind,
            code: fault.code,
            place: path,
            message: fault.message,
            hint: fault.hint,
            line: fault.line
        )
    }

    private func tooLarge(_ what: String) -> Fault {
        Fault(
            .badInput,
            code: .tooLarge,
            place: path,
            message: "The file of orders has \(what).",
            hint: "State only orders that were booked or shipped lately; what was stated once stays known."
        )
    }
}

extension StatedOrders {
    fileprivate mutating func reject(_ row: RejectedRow) {
        rejectedCount += 1
        if rejected.count < OrderFile.rejectedMax { rejected.append(row) }
    }
}

extension FilePath {
    /// Another file in the same folder.
    fileprivate func sibling(_ name: String) -> FilePath {
        FilePath(bytes: Array(bytes[..<(bytes.count - self.name.bytes.count)]) + name.utf8)
    }
}
