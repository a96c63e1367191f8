import FoundationEssentials
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

@Suite("Rows of any values")
struct BulkInsertTests {
    @Test("all rows arrive as they are, also more than are held back at once", arguments: [0, 1, 256, 700])
    func rows(count: Int) throws {
        let queue = try DatabaseQueue()
        try queue.write { db in
            try db.execute(
                sql: "CREATE TABLE things (a INTEGER PRIMARY KEY, b TEXT, c BLOB, d INTEGER) STRICT"
            )
            var insert = BulkInsert(db, "INSERT INTO things", columns: 4)
            for number in 0..<count {
                insert.append(number)
                insert.append(number % 3 == 0 ? nil : String(repeating: "é", count: number % 5))
                insert.append([UInt8](repeating: UInt8(number % 256), count: number % 4))
                insert.append(number % 2 == 0)
                try insert.endRow()
            }
            try insert.flush()
            #expect(insert.rows == count)
            let rows = try Row.fetchAll(db, sql: "SELECT a, b, c, d FROM things ORDER BY a")
            #expect(rows.count == count)
            for (number, row) in rows.enumerated() {
                let text: String? = row[1]
                #expect(text == (number % 3 == 0 ? nil : String(repeating: "é", count: number % 5)))
                let blob: Data = row[2]
                #expect(Array(blob) == [UInt8](repeating: UInt8(number % 256), count: number % 4))
                #expect(row[0] == number && row[3] == (number % 2 == 0))
            }
        }
    }

    @Test("a row that the table refuses is an error, and the connection still works")
    func refused() throws {
        let queue = try DatabaseQueue()
        try queue.write { db in
            try db.execute(sql: "CREATE TABLE things (a TEXT PRIMARY KEY) STRICT")
            let error = #expect(throws: DatabaseError.self) {
                var insert = BulkInsert(db, "INSERT INTO things", columns: 1)
                for text in ["x", "x"] {
                    insert.append(text)
                    try insert.endRow()
                }
                try insert.flush()
            }
            #expect(error?.resultCode == .SQLITE_CONSTRAINT)
            #expect(try String.fetchAll(db, sql: "SELECT a FROM things") == ["x"])
        }
    }

    @Test("integers are found by blobs of any length")
    func blobs() throws {
        let queue = try DatabaseQueue()
        try queue.write { db in
            try db.execute(
                sql: "CREATE TABLE known (s INTEGER, k BLOB, v INTEGER, PRIMARY KEY (s, k)) STRICT"
            )
            try db.execute(sql: "INSERT INTO known VALUES (1, x'07', 70), (1, x'', 71), (2, x'0708', 72)")
            let statement = try db.cachedStatement(sql: "SELECT v FROM known WHERE s = ? AND k = ?")
            #expect(try db.integers(statement, of: 1, [[7], [], [7, 8], [7]]) == [70, 71, nil, 70])
            #expect(try db.integers(statement, of: 2, [[7, 8], [8]]) == [72, nil])
            #expect(try db.integers(statement, of: 2, []) == [])
        }
    }
}
