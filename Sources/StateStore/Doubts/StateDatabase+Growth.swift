import GRDB
package import InventoryCore

extension StateDatabase {
    /// Gives what other sources have grown later than a delivery of this one.
    package func growth(
        notOf source: SourceID,
        laterThan time: DeliveryTime,
        where isOfInterest: (SKU) -> Bool
    ) async throws -> [KeptGrowth] {
        let all = try await read("read what other sources have grown") { db in
            try Row.fetchAll(
                db,
                cached:
                    "SELECT sku, source, location, as_of, arrived, quantity FROM growth WHERE source <> ?",
                arguments: [source.text]
            ).map { KeptGrowth($0) }
        }
        return all.filter { $0.time.isLater(than: time) && isOfInterest($0.sku) }
    }
}

/// What a delivery of one of several sources has grown, for the doubts that begin later in others.
package struct GrowthRecord: Sendable {
    package let growth: Growth
    package let time: DeliveryTime
    /// All of the shop: growth is kept until each of them has delivered after it.
    package let sources: [SourceID]

    package init(_ growth: Growth, time: DeliveryTime, sources: [SourceID]) {
        (self.growth, self.time, self.sources) = (growth, time, sources)
    }
}

extension Database {
    /// Keeps growth, and forgets what every other source has delivered after.
    func keep(_ record: GrowthRecord, of source: SourceID) throws {
        var insert = BulkInsert(self, "INSERT OR REPLACE INTO growth", columns: 6)
        try record.growth.forEach { sku, location, quantity in
            insert.append(sku.text)
            insert.append(source.text)
            insert.append(location.text)
            insert.append(record.time.asOf?.microseconds)
            insert.append(record.time.arrived.microseconds)
            insert.append(quantity.millionths)
            try insert.endRow()
        }
        try insert.flush()
        let places = record.sources.map { _ in "?" }.joined(separator: ",")
        try execute(
            cached: """
                WITH delivered AS (
                    SELECT h.source, coalesce(h.as_of, r.as_of) AS as_of, r.started AS arrived
                    FROM high_water h JOIN runs r ON r.number = (
                        SELECT max(number) FROM runs WHERE source = h.source
                            AND (state IN ('accepted', 'done') OR state = 'held' AND NOT held_whole))
                    WHERE h.source IN (\(places)))
                DELETE FROM growth WHERE NOT EXISTS (
                    SELECT 1 FROM delivered d WHERE d.source <> growth.source
                        AND CASE WHEN d.as_of IS NULL OR growth.as_of IS NULL
                            THEN growth.arrived > d.arrived ELSE growth.as_of > d.as_of END)
                """,
            arguments: StatementArguments(record.sources.map(\.text))
        )
    }
}

extension KeptGrowth {
    fileprivate init(_ row: Row) {
        self.init(
            source: SourceID(row[1]),
            sku: SKU(row[0]),
            location: Location(row[2]),
            quantity: Quantity(millionths: row[5]),
            time: DeliveryTime(
                asOf: (row[3] as Int64?).map(Timestamp.init(microseconds:)),
                arrived: Timestamp(microseconds: row[4])
            )
        )
    }
}
