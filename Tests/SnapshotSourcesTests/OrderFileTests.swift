import Foundation
import InventoryCore
import SnapshotSources
import Testing

@Suite("Orders that are stated beside a snapshot")
struct OrderFileTests {
    private static let asOf = Timestamp(rfc3339: "2026-11-29T10:00:00Z") ?? Timestamp(microseconds: 0)
    private static let head = "order,line,quantity,state,at\n"

    private static func read(
        _ text: String,
        in folder: TemporaryFolder,
        name: String = "stock.csv.orders.csv"
    ) throws -> StatedOrders {
        try folder.write(name, text)
        let file = try OrderFile.beside(FilePath(folder.path + "/stock.csv"), isSingle: true)
        let orders = try #require(file)
        return try orders.read(source: "erp", asOf: asOf, latest: asOf.adding(seconds: 300))
    }

    private static func words(_ statements: [OrderAcknowledgement]) -> [String] {
        statements.map { one in
            let line = one.line.map { "\($0)" } ?? "*"
            let text = "\(one.order)/\(line) \(one.quantity?.description ?? "*") \(one.state.rawValue)"
            return one.at == asOf ? text : "\(text) \(one.at)"
        }
    }

    private static func code(_ body: () throws -> Void) -> Fault? {
        do {
            try body()
            return nil
        } catch {
            return error as? Fault
        }
    }

    @Test("given good rows, each is an acknowledgement; what a row leaves out has its default")
    func good() throws {
        try TemporaryFolder.with { folder in
            let rows = """
                FR1,501,2.5,shipped,2026-11-29T09:00:00+01:00
                "FR,2",,,,
                73,502,,booked,
                74,,,cancelled,2026-11-29T09:59:59Z

                """
            let stated = try Self.read(Self.head + rows, in: folder)
            #expect(
                Self.words(stated.acknowledgements) == [
                    "FR1/501 2.5 shipped 2026-11-29T08:00:00Z", "74/* * cancelled 2026-11-29T09:59:59Z",
                ]
            )
            #expect(Self.words(stated.undated) == ["FR,2/* * booked", "73/502 * booked"])
            #expect(stated.undated.allSatisfy { $0.source == "erp" } && stated.rejected.isEmpty)
        }
    }

    @Test("given a byte order mark, other line ends, and columns in another order, the rows are the same")
    func dialects() throws {
        try TemporaryFolder.with { folder in
            let marked = try Self.read("\u{FEFF}order\r\n7\r\n8", in: folder)
            #expect(Self.words(marked.undated) == ["7/* * booked", "8/* * booked"])
            let text = "State,note,ORDER\nshipped,x,7\n"
            #expect(try Self.words(Self.read(text, in: folder).undated) == ["7/* * shipped"])
            #expect(try Self.read("order,at\n", in: folder).isEmpty)
        }
    }

    @Test("given bad rows, each is told with its line and reason, and the others are taken")
    func bad() throws {
        try TemporaryFolder.with { folder in
            let rows = """
                1,,,,
                ,,,,
                2,x,,,
                3,0,,,
                4,,2,,
                5,9,0,,
                6,9,-1,,
                7,9,"1,5",,
                8,,,packed,
                9,,,,2026-11-29T10:00:00
                10,,,,2026-12-29T10:00:00Z
                11,,
                a\u{7}b,,,,
                12,9,1,shipped,

                """
            let stated = try Self.read(Self.head + rows, in: folder)
            #expect(Self.words(stated.undated) == ["1/* * booked", "12/9 1 shipped"])
            #expect(stated.rejectedCount == 12 && stated.rejected.map(\.line) == Array(3...14))
            #expect(
                stated.rejected.map(\.reason) == [
                    .missingValue, .wrongType, .wrongType, .missingValue, .badQuantity, .badQuantity,
                    .badQuantity, .wrongType, .badTime, .badTime, .missingColumn, .badKey,
                ]
            )
            #expect(stated.rejected.allSatisfy { !$0.message.isEmpty })
        }
    }

    @Test("given no such table, or one that was cut off, nothing of it is taken, and its place is named")
    func whole() throws {
        try TemporaryFolder.with { folder in
            for (text, code) in [
                ("", "empty"), ("number\n7\n", "missing_column"), ("order,order\n7,7\n", "ambiguous_column"),
                (Self.head + "7,50", "ends_inside_row"), ("order\n\"7", "ends_inside_row"),
            ] {
                let fault = Self.code { _ = try Self.read(text, in: folder) }
                #expect(fault?.code == Fault.Code(code), "\(text)")
                #expect(fault?.place.hasSuffix("stock.csv.orders.csv") == true)
            }
        }
    }

    @Test("given more than it may have, it is refused as a whole")
    func bounds() throws {
        try TemporaryFolder.with { folder in
            let rows = String(repeating: "7\n", count: OrderFile.rowsMax)
            #expect(try Self.read("order\n" + rows, in: folder).undated.count == OrderFile.rowsMax)
            let fault = Self.code { _ = try Self.read("order\n" + rows + "8\n", in: folder) }
            #expect(fault?.code == .tooLarge)
            let path = try folder.write("stock.csv.orders.csv", "order\n")
            #expect(truncate(path, off_t(OrderFile.bytesMax) + 1) == 0)
            let file = try #require(
                try OrderFile.beside(FilePath(folder.path + "/stock.csv"), isSingle: false)
            )
            let large = Self.code {
                _ = try file.read(source: "erp", asOf: Self.asOf, latest: Self.asOf)
            }
            #expect(large?.code == .tooLarge)
        }
    }

    @Test("given several names, the longest counts; a plain name counts beside a single file alone")
    func names() throws {
        try TemporaryFolder.with { folder in
            let snapshot = FilePath(folder.path + "/stock.csv.gz")
            #expect(try OrderFile.beside(snapshot, isSingle: true) === nil)
            for name in ["orders.csv", "stock.orders.csv", "stock.csv.orders.csv", "stock.csv.gz.orders.csv"]
            {
                let path = try folder.write(name, "order\n")
                #expect(try OrderFile.beside(snapshot, isSingle: true)?.path == path)
                let other = try OrderFile.beside(snapshot, isSingle: false)?.path
                #expect(other == (name == "orders.csv" ? nil : path))
            }
            // A snapshot is not its own file of orders, whatever it is called.
            let own = FilePath(try folder.write("x.orders.csv", "sku\n"))
            #expect(try OrderFile.beside(own, isSingle: false) === nil)
            let plain = FilePath(folder.path + "/orders.csv")
            #expect(try OrderFile.beside(plain, isSingle: true) === nil)
        }
    }

    @Test("a file of orders is no delivery, and goes where its snapshot goes")
    func putAway() throws {
        try TemporaryFolder.with { folder in
            for name in ["a.csv", "a.csv.orders.csv", "a.manifest.json", "b.csv", "b.orders.csv", "b.txt"] {
                try folder.write(name, "{}")
            }
            let source = DropFolder(folder: folder.path)
            let found = try source.complete()
            #expect(found.map(\.name) == ["a.csv", "b.csv", "b.txt"])
            #expect(!source.isDelivery("b.orders.csv") && source.isDelivery("orders.csv"))
            let claims = PutAway.claims(of: found)
            let target = folder.path + "/done"
            try PutAway.move(folder: target).apply(to: found[0], doneMarker: nil, claims: claims)
            // What two deliveries share stays.
            try PutAway.delete.apply(to: found[1], doneMarker: nil, claims: claims)
            let files = FileManager.default
            #expect(
                try files.contentsOfDirectory(atPath: target).sorted()
                    == ["a.csv", "a.csv.orders.csv", "a.manifest.json"]
            )
            #expect(
                try files.contentsOfDirectory(atPath: folder.path).sorted()
                    == ["b.orders.csv", "b.txt", "done"]
            )
        }
    }

    @Test("a manifest states through which order the ERP knows all, and which of them it does not")
    func manifest() throws {
        func contract(_ json: String) throws -> SnapshotContract {
            try ContractManifest.contract(of: Array(json.utf8), path: "m")
        }
        let stated = try contract(
            #"{"orders_through": 100234, "orders_missing": [100230, "FR-7"], "rows": 2}"#
        )
        #expect(stated.ordersThrough == "100234" && stated.ordersMissing == ["100230", "FR-7"])
        #expect(try contract(#"{"orders_through": "FR1012401"}"#).ordersThrough == "FR1012401")
        #expect(try contract("{}").ordersThrough == nil && contract("{}").ordersMissing.isEmpty)
        for json in [
            #"{"orders_through": ""}"#, #"{"orders_through": 1.5}"#, #"{"orders_through": true}"#,
            #"{"orders_through": ["1"]}"#, #"{"orders_through": "a\u0007"}"#, #"{"orders_missing": ["1"]}"#,
            #"{"orders_through": 5, "orders_missing": 4}"#, #"{"orders_through": 5, "orders_missing": [""]}"#,
            #"{"orders_through": 5, "orders_missing": [null]}"#, #"{"orders_trough": 5}"#,
            #"{"orders_through": "\#(String(repeating: "a", count: 256))"}"#,
        ] {
            let fault = Self.code { _ = try contract(json) }
            #expect(fault?.code == .badManifest && fault?.hint.contains("orders_through") == true, "\(json)")
        }
    }
}
