/// What is known of a level when the shop is asked what it shows.
package struct AuditedLevel: Hashable, Sendable {
    package let key: LevelKey
    package let id: LevelID
    /// What the shop last confirmed or showed.
    package let published: Quantity
    /// When it confirmed that; nothing where the figure was only read.
    package let publishedAt: Timestamp?
    /// What it showed before our last write; nothing where that was not known.
    package let before: Quantity?
    /// A drift that an earlier audit saw.
    package let seen: SeenDrift?

    package init(
        key: LevelKey,
        id: LevelID,
        published: Quantity,
        publishedAt: Timestamp? = nil,
        before: Quantity? = nil,
        seen: SeenDrift? = nil
    ) {
        self.key = key
        self.id = id
        self.published = published
        self.publishedAt = publishedAt
        self.before = before
        self.seen = seen
    }
}

/// What an audit saw a level show, and since when it shows just that.
package struct SeenDrift: Hashable, Sendable {
    package let quantity: Quantity
    package let since: Timestamp

    package init(quantity: Quantity, since: Timestamp) {
        self.quantity = quantity
        self.since = since
    }
}

/// What the shop shows for a level that is audited.
package enum ShownLevel: Hashable, Sendable {
    case quantity(Quantity)
    /// The level's id is not there any more.
    case gone
    /// There is a second level of the same product, unit and warehouse, with this id.
    case twice(LevelID)
    /// The id is another level's now, of that key where it is known; the quantity is what this level shows
    /// under the id that it has now, if it has any.
    case moved(to: LevelKey?, Quantity?)
    /// It was made anew or has moved, shows this, and its figure, the published one, has not been sent yet.
    case unwritten(Quantity)
    /// It shows this much of what was written while it had another name, which is nobody's now.
    case stranded(Quantity)
}
