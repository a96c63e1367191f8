import GRDB
import Testing

@testable import StateStore

@Suite("Rows of integers")
struct IntegerInsertTests {
    @Test("all rows arrive, also more than are held back at once", arguments: [0, 1, 1023, 1024, 1025, 5000])
    func rows(count: Int) throws {
        let queue = try DatabaseQueue()
        try queue.write { db in
            try db.execute(sql: "CREATE TABLE numbers (a INTEGER PRIMARY KEY, b INTEGER NOT NULL) STRICT")
            var insert = try IntegerInsert(db, "INSERT INTO numbers", columns: 2)
            for number in 0..<count {
                insert.append(Int64(number))
                insert.append(number % 2 == 0 ? Int64.max : -Int64(number))
                try insert.endRow()
            }
            try insert.flush()
            let rows = try Row.fetchAll(db, sql: "SELECT a, b FROM numbers ORDER BY a")
            #expect(rows.map { $0[0] as Int64 } == (0..<count).map(Int64.init))
            #expect(rows.allSatisfy { $0[1] as Int64 == ($0[0] % 2 == 0 ? Int64.max : -($0[0] as Int64)) })
        }
    }

    @Test("a row that the table refuses is an error, and the connection still works")
    func refused() throws {
        let queue = try DatabaseQueue()
        try queue.write { db in
            try db.execute(sql: "CREATE TABLE numbers (a INTEGER PRIMARY KEY) STRICT")
            for round in 0..<2 {
                let error = #expect(throws: DatabaseError.self) {
                    var insert = try IntegerInsert(db, "INSERT INTO numbers", columns: 1)
                    for number in [7, 7] as [Int64] {
                        insert.append(number)
                        try insert.endRow()
                    }
                    try insert.flush()
                }
                #expect(error?.resultCode == .SQLITE_CONSTRAINT, "round \(round)")
            }
            #expect(try Int.fetchAll(db, sql: "SELECT a FROM numbers") == [7])
        }
    }
}
