/// Databases as versions 1 to 4 left them, with data; frozen, so that every later version is proved to open
/// them.
enum StateV4 {
    /// Gives the statements that make a database of this version, with data.
    static func sql(version: Int) -> String {
        ([StateV1.sql, v1Data] + steps.prefix(version - 1)).joined(separator: "\n")
    }

    /// More than `StateV1` has: two paths of which the second was read last, exceptions of every form.
    private static let v1Data = """
        INSERT INTO runs VALUES (2, '20261123-b', 'done', '/erp/stock.csv', 'full', 1790000060000000,
            1790000070000000, 1789999060000000, 6, 'cd34', 20, 0, 1, 2, 3, 4, 5, 6, 7, 8, 'rules-2', 'plan',
            'note');
        INSERT INTO runs VALUES (3, '20261123-c', 'running', '/erp/stock.csv', 'full', 1790000080000000,
            NULL, NULL, NULL, NULL, 0, 0, 0, 0, 0, 0, 0, 0, 0, NULL, NULL, NULL, NULL);
        INSERT INTO high_water VALUES ('file:stock.csv', 1789999000000000, 5, 'ab12', 1),
            ('/erp/stock.csv', 1789999060000000, 6, 'cd34', 2);
        INSERT INTO absences VALUES ('AB-1', 'WH-1', 'EA', 2, 2);
        INSERT INTO held_deltas VALUES (2, 'AB-2', 'WH-1', 'EA', 5000000, NULL, 'absent');
        INSERT INTO refusals VALUES (1, 4000000, 1790000000000000, 1, 'invalid_value', 'no');
        INSERT INTO levels VALUES (3, 'A / B', 'item', 'Leeds / North', '44', 0, 1, 1),
            (4, 'KA', 'item', '', NULL, 0, 1, 1);
        INSERT INTO exceptions VALUES
            ('unknown_sku', 'AB 1', 'not there', NULL, 1, 1, 1, 1, NULL),
            ('unknown_sku', 'X / Y', 'not there', NULL, 1, 1, 1, 1, NULL),
            ('unknown_location', 'WH 9', 'no site', NULL, 1, 1, 1, 1, NULL),
            ('unknown_location', '', 'no site', NULL, 1, 1, 1, 1, NULL),
            ('unknown_unit', 'AB 1', 'no factor', NULL, 1, 1, 1, 1, NULL),
            ('negative_stock', 'AB 1 WH 2', 'AB 1 at location WH 2 is 3 below zero; it counts as empty.',
                NULL, 1, 1, 1, 1, NULL),
            ('negative_stock', 'AB 1', 'AB 1 is 3 below zero; it counts as empty.', NULL, 1, 1, 1, 1, NULL),
            ('oversold', 'AB 1 main', 'AB 1 at site main is oversold: open web orders exceed it by 2.',
                NULL, 1, 1, 1, 1, NULL),
            ('quantity_too_large', 'AB 1', 'The stock of AB 1 at WH-1 does not fit into a quantity.',
                NULL, 1, 1, 1, 1, NULL),
            ('write_refused', 'A / B / item / Leeds / North', 'refused', 3, 1, 1, 1, 1, NULL),
            ('duplicate_level', 'A / B / item / Leeds / North', 'two', NULL, 1, 1, 1, 1, NULL),
            ('unknown_level', 'A / B / box', 'no box', NULL, 1, 1, 1, 1, NULL),
            ('unknown_level', 'C / item / South', 'no level', NULL, 1, 1, 1, 1, NULL),
            ('drift', 'AB-1 / item', 'manual', 1, 1, 1, 1, 1, 5),
            ('unknown_level', 'KA / item', 'no level', NULL, 1, 1, 1, 1, NULL);

        """

    private static let steps = [
        """
        ALTER TABLE published ADD COLUMN before INTEGER;
        CREATE TABLE drifts (
            level INTEGER PRIMARY KEY, quantity INTEGER NOT NULL,
            since INTEGER NOT NULL, seen INTEGER NOT NULL
        ) STRICT;
        INSERT INTO grdb_migrations VALUES ('v2');
        INSERT INTO drifts VALUES (1, 6000000, 1790000000000000, 1790000000000000);

        """,
        """
        ALTER TABLE levels ADD COLUMN stock TEXT;
        CREATE INDEX levels_by_stock ON levels(stock) WHERE stock IS NOT NULL;
        CREATE TABLE rule_texts (version TEXT NOT NULL PRIMARY KEY, text BLOB NOT NULL) STRICT;
        INSERT INTO grdb_migrations VALUES ('v3');
        INSERT INTO rule_texts VALUES ('rules-2', x'72');
        UPDATE levels SET stock = 'K' WHERE sku = 'KA';

        """,
        """
        CREATE TABLE raised (level INTEGER PRIMARY KEY) STRICT;
        ALTER TABLE levels ADD COLUMN audited INTEGER NOT NULL DEFAULT 0;
        CREATE TABLE audits (
            number INTEGER PRIMARY KEY, started INTEGER NOT NULL, finished INTEGER,
            middle TEXT, first_cursor TEXT, first_done INTEGER NOT NULL DEFAULT 0,
            second_cursor TEXT, second_done INTEGER NOT NULL DEFAULT 0,
            read INTEGER NOT NULL DEFAULT 0, compared INTEGER NOT NULL DEFAULT 0,
            in_motion INTEGER NOT NULL DEFAULT 0, not_ours INTEGER NOT NULL DEFAULT 0,
            new INTEGER NOT NULL DEFAULT 0
        ) STRICT;
        CREATE TABLE strangers (level_id TEXT NOT NULL PRIMARY KEY) STRICT, WITHOUT ROWID;
        INSERT INTO grdb_migrations VALUES ('v4');
        INSERT INTO raised VALUES (1);

        """,
    ]
}
