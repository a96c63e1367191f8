/// Which SKUs a rule applies to.
package enum SKUMatcher: Hashable, Sendable {
    /// Every SKU.
    case any
    /// One SKU.
    case exact(SKU)
    /// Every SKU that matches the pattern.
    case glob(Glob)
    /// The SKUs in a list file; `name` is the file's.
    case list(name: String, skus: Set<SKU>)

    /// Reads `AB-1` as one SKU, `AB-*` or `AB-?` as a pattern, and `*` as every SKU.
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

    /// Whether the rule applies to the SKU; `bytes` are its bytes, taken once for all the rules to try.
    func matches(_ sku: SKU, bytes: Span<UInt8>) -> Bool {
        switch self {
        case .any: true
        case .exact(let name): name == sku
        case .glob(let glob): glob.matches(bytes)
        case .list(_, let skus): skus.contains(sku)
        }
    }

    /// The kind of matcher in one word, for `RuleText`.
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
