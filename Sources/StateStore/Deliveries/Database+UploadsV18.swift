import GRDB

extension Database {
    /// Lets deliveries be found by the SHA-256 of their bytes as they came (version 18).
    ///
    /// Whoever sends a delivery again, also after a restart, is answered as before; its digest is of the
    /// unpacked bytes, which are not known before it is read.
    func nameUploads() throws {
        try execute(
            sql: """
                ALTER TABLE deliveries ADD COLUMN sha256 TEXT;
                CREATE INDEX deliveries_by_sha256 ON deliveries(source, sha256) WHERE sha256 IS NOT NULL;
                """
        )
    }
}
