/// The name of one ERP feed, such as `main` or `wholesaler-2`.
///
/// It stays the same when the feed's folder moves, so everything that is remembered of a source is kept under
/// it and never under a path.
package struct SourceID: ByteText {
    package let text: String

    package init(_ text: String) {
        self.text = text
    }

    /// What the only source of a configuration is called.
    package static let main: SourceID = "main"

    package static let bytesMax = 40

    /// Whether it may name a source: 1 to 40 of `a` to `z`, `0` to `9` and `-`, which fit into file names,
    /// labels and URLs as they are.
    package var isUsable: Bool {
        let bytes = text.utf8
        return (1...SourceID.bytesMax).contains(bytes.count)
            && bytes.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == 45 }
    }
}
