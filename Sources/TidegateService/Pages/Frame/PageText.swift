import Foundation
import Mustache

/// Text on its way into a page.
enum PageText {
    /// Makes a text harmless in elements and in quoted attributes.
    ///
    /// Byte by byte: a quote with a combining mark is one character, and the library's own escaping, which
    /// goes by characters, lets it end an attribute.
    static func escaped(_ text: String) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count)
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "&"): bytes += Array("&amp;".utf8)
            case UInt8(ascii: "<"): bytes += Array("&lt;".utf8)
            case UInt8(ascii: ">"): bytes += Array("&gt;".utf8)
            case UInt8(ascii: "\""): bytes += Array("&quot;".utf8)
            case UInt8(ascii: "'"): bytes += Array("&#39;".utf8)
            default: bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// A text of ours as HTML: what stands between backquotes is code.
    static func marked(_ text: String) -> String {
        let parts = escaped(text).components(separatedBy: "`")
        guard parts.count > 2, !parts.count.isMultiple(of: 2) else { return escaped(text) }
        return parts.enumerated().map { place, part in
            place.isMultiple(of: 2) ? part : "<code>\(part)</code>"
        }.joined()
    }

    /// The same of a text of the documentation, without its links to other pages of it.
    static func documented(_ text: String) -> String {
        var plain = text
        while let start = plain.range(of: " (<doc:"),
            let end = plain.range(of: ">)", range: start.upperBound..<plain.endIndex)
        { plain.removeSubrange(start.lowerBound..<end.upperBound) }
        return marked(plain)
    }

    /// The beginning of a text that may be long.
    static func cut(_ text: String, to count: Int) -> String {
        text.count > count ? text.prefix(count - 1) + "…" : text
    }
}

/// What the templates write their values by.
struct PageContent: MustacheContentType {
    static let name = "PAGE"

    func escapeText(_ text: String) -> String { PageText.escaped(text) }
}
