/// The shop's answer for one level.
package enum Receipt: Hashable, Sendable {
    /// The shop has taken the value.
    case applied
    /// The shop will not take it, and asking again changes nothing.
    case refused(Refusal)
    /// Nobody knows; the level has to be read back (spec, invariant 5).
    case unknown

    /// Why the shop refused one record.
    package enum Refusal: String, Hashable, Sendable, CaseIterable {
        /// The level's id is gone: resolve it again by SKU and unit.
        case levelGone = "level_gone"
        case invalidValue = "invalid_value"
        case notPermitted = "not_permitted"
        case conflict
        /// The shop answered a record with something the contract does not know.
        case unexpected
    }
}
