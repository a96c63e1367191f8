package import InventoryCore

/// A value that was sent to a level and may still take effect.
package struct OpenQuestion: Hashable, Sendable {
    /// The wish that was sent; its claim names the level.
    package let sequence: Int64
    /// Nothing as long as an operation carries it.
    package let until: MachineInstant?
    package let operation: OperationID?

    package init(sequence: Int64, until: MachineInstant?, operation: OperationID? = nil) {
        self.sequence = sequence
        self.until = until
        self.operation = operation
    }
}

/// A level whose questions are over: nothing that was sent before can take effect any more.
package struct QuestionedLevel: Hashable, Sendable {
    package let row: LevelRow
    package let level: LevelID
    /// What was sent without an answer, the oldest first, each with what was confirmed before it.
    package let sent: [SentValue]
    /// What the shop last confirmed or showed.
    package let published: Quantity?
    /// What the outbox wishes for it.
    package let wished: Quantity?

    package init(row: LevelRow, level: LevelID, sent: [SentValue], published: Quantity?, wished: Quantity?) {
        self.row = row
        self.level = level
        self.sent = sent
        self.published = published
        self.wished = wished
    }

    /// What the level should show: the newest wish, or what was last confirmed.
    package var wanted: Quantity? { wished ?? published }

    /// What is to be taken as confirmed after the level has been read; nothing where that does not change.
    package func confirmed(shows shown: Quantity) -> Quantity? {
        sent.confirmed(published: published, shows: shown)
    }
}

/// Questions that are over.
package struct EndedQuestions: Hashable, Sendable {
    /// Levels to be read.
    package let levels: [QuestionedLevel]
    /// Levels that need no reading: they were confirmed meanwhile, or are gone.
    package let confirmed: Int
}
