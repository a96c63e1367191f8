import GRDB

extension Database {
    /// Makes the tables of the order ledger, and gives exceptions a field for the order that they are about.
    func makeOrders() throws {
        try execute(
            sql: """
                CREATE TABLE web_orders (
                    id INTEGER PRIMARY KEY, identifier TEXT NOT NULL,
                    placed INTEGER NOT NULL, updated INTEGER NOT NULL,
                    status TEXT, customer_group TEXT, mark TEXT, booked_at INTEGER,
                    is_open INTEGER NOT NULL, read_at INTEGER NOT NULL
                ) STRICT;
                CREATE INDEX web_orders_by_identifier ON web_orders(identifier);
                CREATE INDEX web_orders_open ON web_orders(read_at) WHERE is_open;
                CREATE INDEX web_orders_by_time ON web_orders(placed);

                -- Quantities in the ordered unit; `open` is what the ERP does not know of yet, and
                -- `contained` what its figures contain. `young_until` is 0 once nobody waits for
                -- the checkout. `part` is a kit's component, 0 for the line itself. `acknowledged`
                -- has a line for each part: quantity, time, and the source, which may be missing.
                CREATE TABLE order_lines (
                    line INTEGER NOT NULL, part INTEGER NOT NULL, web_order INTEGER NOT NULL,
                    sku TEXT NOT NULL, unit TEXT NOT NULL, warehouse TEXT NOT NULL,
                    ordered INTEGER NOT NULL, kits INTEGER, placed INTEGER NOT NULL,
                    young_until INTEGER NOT NULL, is_seen INTEGER NOT NULL, taken INTEGER NOT NULL,
                    contained INTEGER NOT NULL,
                    is_booked INTEGER NOT NULL, acknowledged TEXT NOT NULL,
                    ending TEXT, ended_at INTEGER, open INTEGER NOT NULL,
                    PRIMARY KEY (line, part)
                ) STRICT, WITHOUT ROWID;
                CREATE INDEX order_lines_by_order ON order_lines(web_order);
                -- Planning reads all of these for each SKU that it works out.
                CREATE INDEX order_lines_open ON order_lines
                    (sku, web_order, unit, warehouse, open, ordered, taken, young_until, is_seen)
                    WHERE open > 0;
                CREATE INDEX order_lines_young ON order_lines(young_until) WHERE young_until > 0;
                CREATE INDEX order_lines_acknowledged ON order_lines(web_order) WHERE acknowledged <> '';
                CREATE INDEX order_lines_by_time ON order_lines(sku, placed);

                -- What the ERP has said; `web_order` is missing until the shop has shown such an order.
                CREATE TABLE order_acknowledgements (
                    number INTEGER PRIMARY KEY, name TEXT NOT NULL, web_order INTEGER,
                    line INTEGER, quantity INTEGER, state TEXT NOT NULL, at INTEGER NOT NULL,
                    source TEXT NOT NULL, received INTEGER NOT NULL
                ) STRICT;
                CREATE UNIQUE INDEX order_acknowledgements_once ON order_acknowledgements
                    (name, ifnull(line, -1), state, at, ifnull(quantity, -1), source);
                CREATE INDEX order_acknowledgements_waiting ON order_acknowledgements(name)
                    WHERE web_order IS NULL;
                CREATE INDEX order_acknowledgements_by_order ON order_acknowledgements(web_order)
                    WHERE web_order IS NOT NULL;

                -- As of when each source's last full delivery was true, with an empty SKU, and as of when it
                -- has stated single SKUs.
                CREATE TABLE order_figures (
                    source TEXT NOT NULL, sku TEXT NOT NULL, stated INTEGER NOT NULL,
                    PRIMARY KEY (source, sku)
                ) STRICT, WITHOUT ROWID;

                -- Why a person has released an order.
                CREATE TABLE order_releases (
                    web_order INTEGER NOT NULL, at INTEGER NOT NULL, who TEXT NOT NULL, reason TEXT NOT NULL,
                    PRIMARY KEY (web_order, at)
                ) STRICT, WITHOUT ROWID;
                """
        )
        try execute(sql: Database.exceptionsV9)
    }

    private static let exceptionsV9 = """
        ALTER TABLE exceptions RENAME TO exceptions_v8;
        DROP INDEX exceptions_open;
        DROP INDEX exceptions_open_by_sku;
        DROP INDEX exceptions_open_by_level;
        DROP INDEX exceptions_closed;
        CREATE TABLE exceptions (
            code TEXT NOT NULL, sku TEXT NOT NULL, unit TEXT NOT NULL, warehouse TEXT NOT NULL,
            location TEXT NOT NULL, site TEXT NOT NULL, source TEXT NOT NULL, web_order TEXT NOT NULL,
            stock TEXT, message TEXT NOT NULL,
            level INTEGER, first_run INTEGER, last_run INTEGER,
            opened INTEGER NOT NULL, seen INTEGER NOT NULL, closed INTEGER,
            PRIMARY KEY (code, sku, unit, warehouse, location, site, source, web_order)
        ) STRICT, WITHOUT ROWID;
        INSERT INTO exceptions SELECT code, sku, unit, warehouse, location, site, source, '',
            stock, message, level, first_run, last_run, opened, seen, closed FROM exceptions_v8;
        DROP TABLE exceptions_v8;
        CREATE INDEX exceptions_open ON exceptions(code) WHERE closed IS NULL;
        CREATE INDEX exceptions_open_by_sku ON exceptions(sku) WHERE closed IS NULL;
        CREATE INDEX exceptions_open_by_level ON exceptions(level, code)
            WHERE closed IS NULL AND level IS NOT NULL;
        CREATE INDEX exceptions_closed ON exceptions(closed) WHERE closed IS NOT NULL;
        """
}
