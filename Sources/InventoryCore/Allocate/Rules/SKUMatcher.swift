/// Which articles a rule is about.
package enum SKUMatcher: Hashable, Sendable {
    /// Every article.
    case any
    /// One article, by its name.
    case exact(SKU)
    /// Every article whose name fits the pattern.
    case glob(Glob)
    /// The articles of a list file; `name` is the file's.
    case list(name: String, skus: Set<SKU>)

    /// Takes `AB-1` for one article, `AB-*` or `AB-?` for a pattern, and `*` for every article.
    package init(pattern text: String) {
        let glob = Glob(text)
        if glob.isAnything {
            self = .any
        } else if glob.isExact {
            self = .exact(SKU(text))
        } else {
            self = .glob(glob)
        }
    }

    package func matches(_ sku: SKU) -> Bool {
        matches(sku, bytes: sku.text.utf8.span)
    }

    /// Whether the article is meant; `bytes` are the name's, taken once for all the rules it is held against.
    func matches(_ sku: SKU, bytes: Span<UInt8>) -> Bool {
        switch self {
        case .any: true
        case .exact(let name): name == sku
        case .glob(let glob): glob.matches(bytes)
        case .list(_, let skus): skus.contains(sku)
        }
    }

    /// How articles are meant, in one word.
    var kind: String {
        switch self {
        case .any: "any"
        case .exact: "exact"
        case .glob: "glob"
        case .list: "list"
        }
    }

    /// The matcher as a person would write it.
    package var text: String {
        switch self {
        case .any: "*"
        case .exact(let name): name.text
        case .glob(let glob): glob.text
        case .list(let name, _): name
        }
    }
}
