import HTTPTransport
import InventoryCore

/// What answers tell of the decimal mark that the shop's localization has.
///
/// With a comma the shop refuses every fractional quantity (API contract, section 13). Single writes follow
/// the user's own localization, else the shop's; batches follow the shop's, as it was when the consumers were
/// started.
enum LocaleRules {
    /// The member that no form of a level has: a write with it is always refused, and its other errors are
    /// told all the same.
    static let unknownMember = "tidegateProbe"

    /// Whether the refusal of a write that could not succeed names the quantity, too; nothing where the
    /// answer is of another kind.
    static func refusesFractions(_ exchange: Exchange) -> Bool? {
        guard case .reply(let reply) = exchange, reply.isErrorDocument, (400..<500).contains(reply.status)
        else { return nil }
        return refusesFractions(ErrorDocument(reply.body).faults)
    }

    static func refusesFractions(_ faults: [ShopFault]) -> Bool? {
        guard !faults.isEmpty, faults.allSatisfy({ $0.status != 403 && $0.status != 404 }) else { return nil }
        return faults.contains { isAboutDecimals($0) }
    }

    /// The refusal of a quantity that is a plain decimal within all limits, as ours are.
    static func isAboutDecimals(_ fault: ShopFault) -> Bool {
        fault.isAboutQuantity && fault.title == "type constraint"
    }

    /// Says it of single writes.
    static func singles(_ refuses: Bool, into report: inout ShopReport) {
        guard refuses, !report.findings.contains(where: { $0.code == "decimal_comma" }) else { return }
        report.add(
            .warning,
            "decimal_comma",
            "The user's localization writes a comma for the decimal mark, and OroCommerce then refuses every "
                + "fractional quantity.",
            hint: hint
        )
    }

    /// Says it of batches.
    static func batches(_ refuses: Bool, into report: inout ShopReport) {
        guard refuses else { return }
        report.add(
            .warning,
            "decimal_comma_batches",
            "The shop's localization writes a comma for the decimal mark, and batches with fractional "
                + "quantities are refused; those are written one by one where the user's own localization "
                + "has a point.",
            hint: hint + " Then restart the shop's queue consumers."
        )
    }

    /// Says that nothing could be seen.
    static func unseen(into report: inout ShopReport) {
        report.add(
            .note,
            "decimal_mark_unseen",
            "Whether the shop takes fractional quantities could not be seen: of the levels looked at, none "
                + "has one now.",
            hint: "See that the localization of the shop, or of the integration user, has a decimal point "
                + "(System Configuration > General Setup > Localization)."
        )
    }

    static let hint =
        "Give the integration user a localization with a decimal point (System Configuration > General Setup "
        + "> Localization, in the user's own configuration or the system's)."
}
