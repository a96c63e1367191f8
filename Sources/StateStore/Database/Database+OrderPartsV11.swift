import GRDB

extension Database {
    /// Makes the tables of parts of orders, and of figures that wait for a person's decision.
    func makeOrderParts() throws {
        try execute(
            sql: """
                -- Parts of orders (sub-orders), by which the ERP may know them. `lines` has a line for each
                -- of the part's: its id, and that of the order's own line, which may be missing.
                CREATE TABLE order_parts (
                    id INTEGER PRIMARY KEY, identifier TEXT NOT NULL, web_order INTEGER NOT NULL,
                    lines TEXT NOT NULL
                ) STRICT;
                CREATE INDEX order_parts_by_identifier ON order_parts(identifier);
                CREATE INDEX order_parts_by_order ON order_parts(web_order);

                -- As `order_figures`, of deliveries that are held as a whole.
                CREATE TABLE order_figures_held (
                    source TEXT NOT NULL, sku TEXT NOT NULL, stated INTEGER NOT NULL,
                    PRIMARY KEY (source, sku)
                ) STRICT, WITHOUT ROWID;
                """
        )
    }
}
