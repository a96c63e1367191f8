package import InventoryCore

/// The shop that a state folder belongs to.
package struct ShopBinding: Hashable, Sendable {
    /// Scheme, host, port and the path of its back office.
    package let address: String
    /// When its organization was made, as the shop writes it; nothing where the role may not read that.
    package let created: String?
    package let bound: Timestamp
    /// Who bound it anew and why; nothing for the first binding.
    package let adoption: Adoption?
    /// When its names were last found to agree.
    package let confirmed: Timestamp?

    package struct Adoption: Hashable, Sendable {
        package let who: String
        package let reason: String

        package init(who: String, reason: String) {
            self.who = who
            self.reason = reason
        }
    }

    package init(
        address: String,
        created: String? = nil,
        bound: Timestamp,
        adoption: Adoption? = nil,
        confirmed: Timestamp? = nil
    ) {
        self.address = address
        self.created = created
        self.bound = bound
        self.adoption = adoption
        self.confirmed = confirmed
    }
}

/// How well the names of the known levels are known.
package struct NameCounts: Hashable, Sendable {
    /// Levels with an id.
    package let levels: Int
    /// Those whose name was not confirmed lately: they are not written before it is.
    package let stale: Int
    /// The oldest confirmation; nothing where some name was never confirmed.
    package let oldest: Timestamp?

    package init(levels: Int, stale: Int, oldest: Timestamp?) {
        self.levels = levels
        self.stale = stale
        self.oldest = oldest
    }
}
