import HTTPTypes
import InventoryCore

extension Call {
    private static let formType = "application/x-www-form-urlencoded"

    /// Reads the fields of a form; those that are left empty are missing.
    ///
    /// - Throws: `bad_body`, `media_type_refused`, `body_too_large`.
    func form(_ known: Set<String>) async throws -> Fields {
        let bytes = try await bytes(max: Call.bodyBytesMax)
        guard !bytes.isEmpty else { return Fields([:]) }
        try requireMediaType([Call.formType])
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw Fault.badBody("The form is not UTF-8.")
        }
        var fields: [String: Fields.Value] = [:]
        for part in text.split(separator: "&") {
            let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                .map { Substring($0.replacing("+", with: " ")) }
            let name = try Address.decoded(pair[0])
            guard known.contains(name), fields[name] == nil else {
                throw Fault.badBody(
                    "The field is not known here, or stated twice.",
                    place: String(name.prefix(60))
                )
            }
            let value = pair.count > 1 ? try Address.decoded(pair[1]) : ""
            fields[name] = value.isEmpty ? .nothing : .text(value)
        }
        return Fields(fields)
    }
}

extension Fields {
    /// Who decides, as the form states it.
    ///
    /// - Throws: `bad_body` where nobody is named.
    func person() throws(Fault) -> String {
        guard let who = try text("who"), who.contains(where: { !$0.isWhitespace }) else {
            throw .badBody("`who` says who decides; it is missing.", place: "who")
        }
        return String(who.prefix(200))
    }
}
