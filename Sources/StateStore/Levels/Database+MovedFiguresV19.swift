import GRDB
import InventoryCore

extension Database {
    /// Has what was written into a level follow its id through all names (version 19).
    ///
    /// `written_as` is the level whose figure it was when it was written, by its row; nothing as long as the
    /// id has not been called otherwise since. Of older states only what was told of as stranded is known to
    /// have moved.
    func followMovedFigures() throws {
        try execute(
            sql: """
                ALTER TABLE published ADD COLUMN written_as INTEGER;
                CREATE INDEX published_moved ON published(level) WHERE written_as IS NOT NULL;
                """
        )
        try execute(
            sql: """
                UPDATE published SET written_as = level WHERE at IS NOT NULL AND level IN (
                    SELECT level FROM exceptions WHERE closed IS NULL AND code = ?)
                """,
            arguments: [InventoryException.Code.figureStranded.rawValue]
        )
    }
}
