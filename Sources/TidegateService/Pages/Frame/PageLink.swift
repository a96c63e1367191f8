import Foundation
import InventoryCore

/// Addresses of pages; with several shops each says which one it means.
struct PageLink: Hashable, Sendable {
    /// Stated in every address; nothing where there is one shop only.
    let shop: ShopID?

    /// The address of a page, of parts that are not escaped; what is nothing of the query is left out.
    func to(_ parts: String..., query: [(String, String?)] = []) -> String {
        var text = "/" + parts.map(PageLink.escaped).joined(separator: "/")
        let all = query + [("shop", shop?.text)]
        let stated = all.compactMap { name, value in value.map { "\(name)=\(PageLink.escaped($0))" } }
        if !stated.isEmpty { text += "?" + stated.joined(separator: "&") }
        return text
    }

    func to(_ sku: SKU) -> String {
        // No path can have these as parts.
        [".", "..", ""].contains(sku.text)
            ? to("sku", query: [("sku", sku.text)]) : to("sku", sku.text)
    }

    func to(_ run: RunID) -> String { to("runs", run.text) }

    /// All but letters, digits and `-._~` as %XX.
    static func escaped(_ text: String) -> String {
        var escaped = ""
        for byte in text.utf8 {
            switch byte {
            case 48...57, 65...90, 97...122, 45, 46, 95, 126:
                escaped.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                let digits = String(byte, radix: 16, uppercase: true)
                escaped += digits.count == 1 ? "%0\(digits)" : "%\(digits)"
            }
        }
        return escaped
    }
}

/// A link as the templates write it.
struct ShownLink: Hashable, Sendable {
    let href: String
    let text: String
    var isCurrent = false
}
