import GRDB

extension Database {
    /// Makes the tables of the shop that the state belongs to, and notes when the name of each level was last
    /// confirmed.
    ///
    /// Of what version 6 knew no name counts as confirmed: each is asked for before its level is written.
    func makeNames() throws {
        try execute(
            sql: """
                -- The newest row is the shop that the state belongs to. `created` is when its organization
                -- was made, as the shop writes it, `confirmed` when its names were last found to agree.
                CREATE TABLE shop_bindings (
                    number INTEGER PRIMARY KEY, address TEXT NOT NULL, created TEXT, bound INTEGER NOT NULL,
                    who TEXT, reason TEXT, confirmed INTEGER
                ) STRICT;

                -- An id is a name that was true at `named_at`; `product` is the shop's id of its product.
                ALTER TABLE levels ADD COLUMN named_at INTEGER;
                ALTER TABLE levels ADD COLUMN product TEXT;

                ALTER TABLE audits ADD COLUMN hidden INTEGER NOT NULL DEFAULT 0;

                -- SKUs whose levels are new, gone or others than before: the next run works them out.
                CREATE TABLE moved_skus (
                    sku TEXT NOT NULL PRIMARY KEY, at INTEGER NOT NULL
                ) STRICT, WITHOUT ROWID;
                """
        )
    }
}
